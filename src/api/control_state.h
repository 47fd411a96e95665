// GET and PUT /_emulator/state, and POST /_emulator/reset.
#pragma once

#include "web/message.h"

namespace slotflow {

class Emulator;

WebResponse get_state(Emulator& emulator, const WebRequest& request);
// Both end the deliveries that are pending: what they are about is gone.
WebResponse put_state(Emulator& emulator, const WebRequest& request);
WebResponse reset(Emulator& emulator, const WebRequest& request);

}  // namespace slotflow
