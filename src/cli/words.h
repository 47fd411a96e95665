// What is changed in the words of the command line before CLI11 reads them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace slotflow {

// Returns our name of a command: "list" for "ls", "delete" for "rm", else `name`.
std::string_view our_name(std::string_view name);

// Replaces the command by ours, where other tools call it so. "help COMMAND" becomes the option
// --help of that command, and "version" alone (or with --json) --version.
std::vector<std::string> with_our_commands(CLI::App& app, std::vector<std::string> words);

// Splits "--opt=" into the option and an empty value. CLI11 would use the next word as its value.
std::vector<std::string> with_empty_values(const std::vector<std::string>& words);

}  // namespace slotflow
