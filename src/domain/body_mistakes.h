// What programs do to a body between signing and verifying it.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace slotflow {

// Returns the length of the longest form of a body that is tried, in bytes. An event that is
// written with an indent of four is less than three times as long as without; only JSON that is
// nested deeply, as no event is, is over eight times as long.
constexpr std::size_t longest_form(std::size_t body_bytes) {
  constexpr std::size_t kSmall = 1024;
  return 8 * body_bytes + kSmall;
}

// Calls `is_signed` with other forms of `body`, which may have been signed instead, until it
// returns true. Returns the mistake, or "" if no form was the signed one. Runs in linear time:
// makes one form at a time, and none is longer than longest_form().
std::string_view find_body_mistake(std::string_view body,
                                   const std::function<bool(std::string_view)>& is_signed);

}  // namespace slotflow
