// GET and PUT /_emulator/state, and POST /_emulator/reset.
#pragma once

#include "api/message.h"

namespace slotflow {

class Emulator;

ApiResponse get_state(Emulator& emulator, const ApiRequest& request);
// Both end the deliveries that are pending: what they are about is gone.
ApiResponse put_state(Emulator& emulator, const ApiRequest& request);
ApiResponse reset(Emulator& emulator, const ApiRequest& request);

}  // namespace slotflow
