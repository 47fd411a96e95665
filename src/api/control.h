// The calls under /_emulator: what tests ask of the emulator, and Slotflow does not have. They need
// a key only if one was given to serve, and no failure is simulated for them.
#pragma once

#include <string_view>

#include "web/message.h"

namespace slotflow {

class Emulator;

bool is_control_target(std::string_view target);

// Refuses requests of web pages, which have an Origin: any page could reach this machine.
WebResponse control_response(Emulator& emulator, const WebRequest& request);

}  // namespace slotflow
