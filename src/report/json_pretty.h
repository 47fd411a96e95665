// JSON as received, spread over lines for people who look for the exact content of a payload.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "report/style.h"

namespace slotflow {

struct PrettyLayout {
  std::size_t indent = 0;               // spaces before every line
  std::size_t max_bytes = 64UL * 1024;  // then "… (N bytes more)", N counted in the JSON given
};

// Returns `json` with other white space between its tokens. Numbers, escapes, duplicate names and
// the order of fields stay as they are; parsing and printing would change them. `json` should be
// what try_parse_json accepts; the result is terminal-safe for any text. Every line ends with a
// newline.
std::string pretty_json(std::string_view json, const Style& style, const PrettyLayout& layout = {});

}  // namespace slotflow
