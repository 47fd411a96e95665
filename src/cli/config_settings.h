// The lines of a config file as settings, before it is known which options there are.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace slotflow {

struct ConfigSetting {
  struct Problem {
    std::string message;
    std::string hint;
  };

  CLI::ConfigItem item = {};  // of a line that is no setting, only its table
  std::size_t line = 0;
  bool begins_table = false;  // the line names a table
  bool is_array = false;
  bool is_whole = true;                 // otherwise there is something behind the value
  std::optional<Problem> problem = {};  // why the line is not a setting
};

// Reads TOML as CLI11 does. A line that is not a setting has its problem, and ends nothing: the
// next line that begins with "[" is a table, even in an array without an end.
std::vector<ConfigSetting> read_config(const std::string& bytes);

}  // namespace slotflow
