// Parts of HTTP's grammar that several headers share (RFC 9110, section 5.6).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "domain/text.h"

namespace slotflow::http {

// Returns whether one of the eight bytes is a control character, or DEL.
inline bool has_control_in_eight(const char* bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighBits = 0x80 * kOnes;
  std::uint64_t eight = 0;
  std::memcpy(&eight, bytes, sizeof eight);
  // Subtracting from a byte that is too small sets its high bit.
  const std::uint64_t below_space = (eight - 0x20 * kOnes) & ~eight;
  const std::uint64_t without_del = eight ^ (0x7f * kOnes);  // a DEL is 0 now
  const std::uint64_t del = (without_del - kOnes) & ~without_del;
  return ((below_space | del) & kHighBits) != 0;
}

// Returns whether `text` has a control character other than HTAB. Each header of each message is
// checked, so eight bytes are checked at a time; only a text with a control character, and a short
// one, is read byte by byte.
inline bool has_control(std::string_view text) {
  constexpr std::size_t kEight = 8;
  if (text.size() >= kEight) {
    bool found = has_control_in_eight(text.data() + text.size() - kEight);
    for (std::size_t at = 0; at + kEight <= text.size(); at += kEight) {
      found |= has_control_in_eight(text.data() + at);
    }
    if (!found) return false;
  }
  return std::ranges::any_of(text, [](char c) { return is_control(c) && c != '\t'; });
}

// Removes the first element from a comma-separated `list` that is not empty, and returns it.
constexpr std::string_view next_element(std::string_view& list) {
  const auto comma = std::min(list.find(','), list.size());
  const std::string_view element = trimmed(list.substr(0, comma), is_blank);
  list.remove_prefix(std::min(comma + 1, list.size()));
  return element;
}

}  // namespace slotflow::http
