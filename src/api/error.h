// The errors of Slotflow's API. Its documentation has a closed set of codes, and an SDK of its
// garbles every other status.
#pragma once

#include <string_view>

#include "web/message.h"

namespace slotflow {

// Returns {"error":{"code","message","status"}}.
WebResponse error_response(int status, std::string_view code, std::string_view message);

// Returns the response to a simulated failure, or to trouble of this machine. Slotflow documents no
// codes for statuses outside the closed set: 429 gets RATE_LIMITED, from 500 on INTERNAL_ERROR, and
// the rest REQUEST_FAILED.
WebResponse error_response(int status, std::string_view message);

// Returns the response to the exception that is being handled: what Slotflow's rules refuse with
// its code, everything else with 500.
WebResponse current_error_response();

}  // namespace slotflow
