// The command that another one runs: the words after "--".
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace slotflow {

// Moves what follows "--" from `args` to the Command that takes such words, if the chosen one does,
// and returns the rest. CLI11 would use up one more "--" among these words. Throws Error{usage} if
// nothing follows.
std::vector<std::string> without_command_words(CLI::App& app, std::vector<std::string> args);

}  // namespace slotflow
