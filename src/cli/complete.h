// Prints what shell completion offers. The candidates come from the parser itself, so they
// cannot differ from what it accepts.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/app.h"

namespace slotflow {

// Prints the candidates for the last of `words`, which may be empty; `words` is the command line up
// to the cursor, without the program's name. Prints one candidate per line with its description
// after a tab, or the single line ":file" where a file name is expected. Omits options that were
// already given, unless they can be repeated. If the store cannot be read, its candidates are
// missing; that is not an error.
int print_completions(CLI::App& app, const std::vector<std::string>& words, World& world);

}  // namespace slotflow
