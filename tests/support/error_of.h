// The error that a call throws, as lines.
#pragma once

#include <string>

#include "domain/error.h"

namespace slotflow::test {

// Returns the code, the text and the hint of the Error that `call` throws, a line each, or
// "no error".
template <typename Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return std::string(error.info().name) + "\n" + error.what() + "\n" + error.hint();
  }
  return "no error";
}

}  // namespace slotflow::test
