// The values of settings in a config file: TOML's strings and arrays of them. Numbers and words
// without quotes are texts as they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

// Returns `line` without a comment, which begins at a "#" that is not in quotes.
std::string_view without_comment(std::string_view line);

struct ConfigValues {
  std::vector<std::string> texts;  // without quotes and escapes
  bool is_whole = true;  // otherwise a quote does not end, or there is something behind the value
  std::string bad_escape = {};  // the first one that TOML does not have: "\d"
};

// Reads what stands behind "=", without white space around it.
ConfigValues read_config_values(std::string_view text);

}  // namespace slotflow
