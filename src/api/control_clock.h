// GET and POST /_emulator/clock.
#pragma once

#include "web/message.h"

namespace slotflow {

class Emulator;

WebResponse get_clock(Emulator& emulator, const WebRequest& request);
// {"freeze": true}, {"set": "2026-03-10T14:05:00Z"}, {"advance": "65m"}, or several, in this order.
WebResponse post_clock(Emulator& emulator, const WebRequest& request);

}  // namespace slotflow
