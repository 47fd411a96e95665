// What a shell's completion script asks for: the candidates come from the parser itself, so they
// cannot differ from what it accepts.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/app.h"

namespace slotflow {

// `words` is the command line up to the word being completed, which comes last and may be empty,
// without the program's name. Prints a candidate a line, its description after a tab; or the one
// line ":file", when a file's name belongs there. Options that are there already are left out,
// unless they can be repeated. Trouble (an unreadable store) means fewer candidates, never an
// error.
int print_completions(CLI::App& app, const std::vector<std::string>& words, World& world);

}  // namespace slotflow
