// What programs do to a body between signing and verifying it.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace slotflow {

// Returns the most bytes that a form of a body has that is tried. An event that is written with an
// indent of four is less than three times as long as without; only JSON that is nested deeply, as
// no event is, is over eight times as long.
constexpr std::size_t longest_form(std::size_t body_bytes) {
  constexpr std::size_t kSmall = 1024;
  return 8 * body_bytes + kSmall;
}

// Calls `is_signed` with what may have been signed if `body` was verified, until it returns true.
// Returns the mistake, or "" if no body was the signed one. Runs in linear time:
// one form is made at a time, and none is longer than longest_form().
std::string_view find_body_mistake(std::string_view body,
                                   const std::function<bool(std::string_view)>& is_signed);

}  // namespace slotflow
