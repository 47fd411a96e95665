// Parts of HTTP's grammar that several headers share (RFC 9110, section 5.6).
#pragma once

#include <algorithm>
#include <string_view>

#include "domain/text.h"

namespace slotflow::http {

// Returns whether `text` has a control character other than HTAB. Reads all of it: compilers make
// that faster than stopping early.
constexpr bool has_control(std::string_view text) {
  bool found = false;
  for (const char c : text) found |= is_control(c) && c != '\t';
  return found;
}

// Removes the first element from a comma-separated `list` that is not empty, and returns it.
constexpr std::string_view next_element(std::string_view& list) {
  const auto comma = std::min(list.find(','), list.size());
  const std::string_view element = trimmed(list.substr(0, comma), is_blank);
  list.remove_prefix(std::min(comma + 1, list.size()));
  return element;
}

}  // namespace slotflow::http
