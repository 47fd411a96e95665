#include "api/control_state.h"

#include "api/emulator.h"
#include "api/state.h"
#include "domain/error.h"
#include "web/limits.h"

namespace slotflow {

WebResponse get_state(Emulator& emulator, const WebRequest&) {
  return {200, state_json(state_of(emulator.resources()))};
}

WebResponse put_state(Emulator& emulator, const WebRequest& request) {
  if (request.body_too_large) {
    throw Error(ErrorCode::validation_error,
                "body: expected at most " + std::to_string(kMaxWebBody) +
                    " bytes, got more; a file of any size can be given with --load");
  }
  ApiResources& resources = emulator.resources();
  const ApiState state = parse_state(request.body, resources.ids, resources.clock.now());
  resources.deliveries.end_all();
  set_state(resources, state);
  return get_state(emulator, request);
}

WebResponse reset(Emulator& emulator, const WebRequest& request) {
  emulator.reset();
  return get_state(emulator, request);
}

}  // namespace slotflow
