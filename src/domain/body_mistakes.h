// What programs do to a body between signing and verifying it.
#pragma once

#include <functional>
#include <string_view>

namespace slotflow {

// Calls `is_signed` with what may have been signed if `body` was verified, until it returns true.
// Returns the mistake, or "" if no body was the signed one. Runs in linear time.
std::string_view find_body_mistake(std::string_view body,
                                   const std::function<bool(std::string_view)>& is_signed);

}  // namespace slotflow
