// A received request as a JSON object.
#pragma once

#include <string>

#include "domain/received.h"

namespace slotflow {

// Appends it to `out`, terminal-safe, without a line break.
void append_request_json(std::string& out, const ReceivedRequest& request);

}  // namespace slotflow
