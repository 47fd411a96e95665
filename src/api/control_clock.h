// GET and POST /_emulator/clock.
#pragma once

#include "api/message.h"

namespace slotflow {

class Emulator;

ApiResponse get_clock(Emulator& emulator, const ApiRequest& request);
// {"freeze": true}, {"set": "2026-03-10T14:05:00Z"}, {"advance": "65m"}, or several, in this order.
ApiResponse post_clock(Emulator& emulator, const ApiRequest& request);

}  // namespace slotflow
