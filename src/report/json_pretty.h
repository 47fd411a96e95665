// JSON as it came, spread over lines: for people who look for what a payload really holds.
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

// Only the white space between tokens changes: numbers, escapes, doubled members and the order of
// members stay as they are, which parsing and printing would not promise. Terminal-safe, whatever
// the text is; meant for what try_parse_json accepts. Every line ends with a newline.
std::string pretty_json(std::string_view json, const Style& style, const PrettyLayout& layout = {});

}  // namespace slotflow
