// Questions to the user.
#pragma once

#include <string>

#include "cli/context.h"

namespace slotflow {

// Asks on standard error, in lines that fit the terminal, and returns whether the answer on
// standard input is yes. Throws Interrupted.
bool confirm(const std::string& question, Context& context);

}  // namespace slotflow
