// The error for a wrong value in a request to Slotflow's API.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "domain/error.h"
#include "domain/quote.h"
#include "domain/text.h"

namespace slotflow {

// Throws Error{validation_error}: "<field>: expected <expected>, got '<got>'".
[[noreturn]] inline void throw_invalid(std::string_view field, std::string_view expected,
                                       std::string_view got, const std::string& hint = {}) {
  std::string message;
  message.append(field).append(": expected ").append(expected).append(", got ");
  throw Error(ErrorCode::validation_error, message + in_quotes(got), hint, std::string(field));
}

// Returns the value whose name in `names`, in the order of the values, is `name`. Throws as
// throw_invalid() if there is none.
template <typename Enum, std::size_t Count>
Enum require_name(std::string_view field, const std::array<std::string_view, Count>& names,
                  std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) throw_invalid(field, joined(names, ", ", " or "), name);
  return static_cast<Enum>(found - names.begin());
}

}  // namespace slotflow
