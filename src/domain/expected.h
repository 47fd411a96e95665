// The error for a wrong value.
#pragma once

#include <string>
#include <string_view>

#include "domain/error.h"
#include "domain/quote.h"

namespace slotflow {

// Throws Error{usage}: "<what>: expected <expected>, got '<got>'". `what` is mostly an option.
[[noreturn]] inline void throw_expected(std::string_view what, std::string_view expected,
                                        std::string_view got, const std::string& hint = {}) {
  std::string message;
  message.append(what).append(": expected ").append(expected).append(", got ");
  throw Error(ErrorCode::usage, message + in_quotes(got), hint, std::string(what));
}

}  // namespace slotflow
