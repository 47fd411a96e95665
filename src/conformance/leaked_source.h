// What stack traces and messages of the usual languages tell about the source code.
#pragma once

#include <string_view>

#include "domain/delivery.h"

namespace slotflow {

// Returns true if `text` has a part of a stack trace, or the path of a file of source code, as the
// usual languages write them. The path that `request` asked for does not count. Takes time in
// proportion to the size of `text`.
bool reveals_source(std::string_view text, const Request& request);

}  // namespace slotflow
