#include "api/control_state.h"

#include "api/emulator.h"
#include "api/limits.h"
#include "api/state.h"
#include "domain/error.h"

namespace slotflow {

ApiResponse get_state(Emulator& emulator, const ApiRequest&) {
  return {200, state_json(state_of(emulator.resources()))};
}

ApiResponse put_state(Emulator& emulator, const ApiRequest& request) {
  if (request.body_too_large) {
    throw Error(ErrorCode::validation_error,
                "body: expected at most " + std::to_string(kMaxApiBody) +
                    " bytes, got more; a file of any size can be given with --load");
  }
  ApiResources& resources = emulator.resources();
  const ApiState state = parse_state(request.body, resources.ids, resources.clock.now());
  resources.deliveries.end_all();
  set_state(resources, state);
  return get_state(emulator, request);
}

ApiResponse reset(Emulator& emulator, const ApiRequest& request) {
  emulator.reset();
  return get_state(emulator, request);
}

}  // namespace slotflow
