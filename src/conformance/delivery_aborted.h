// The check of requests that end in the middle.
#pragma once

#include <string_view>

#include "conformance/check.h"

namespace slotflow::delivery {

inline constexpr std::string_view kCatchAborted =
    "catch the error of an aborted request, discard its data, and continue. In Node, reading the "
    "body of an aborted request rejects. Express 4, Polka and node:http do not handle a rejection "
    "in an async handler, and the process ends: put the whole handler into try and catch, or use "
    "Express 5";

// Passes if a valid event is accepted after half of another one, and after halves of many.
Finding aborted_request(Driver& driver);

}  // namespace slotflow::delivery
