// Options that do not fit together.
#pragma once

#include <string>

#include "domain/error.h"

namespace slotflow {

// One option that has no effect beside the others, or several that contradict each other. Where the
// config file has set some of them, they were defaults, and give way: see ConfigFile::without().
struct CombinationError : Error {
  using Error::Error;
};

// Throws CombinationError{usage}. `options`: "--compact", "--json". Call it before anything else
// that the user can see, since the command may start again.
[[noreturn]] inline void refuse(const std::string& message, Error::Subjects options,
                                const std::string& hint = "") {
  throw CombinationError(ErrorCode::usage, message, hint, std::move(options));
}

}  // namespace slotflow
