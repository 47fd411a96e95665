// What a call of the API is refused with, as text.
#pragma once

#include <string>

#include "api/error.h"

namespace slotflow::test {

// Returns "<status> <CODE>: <message>"; "nothing" if nothing is thrown.
template <typename Call>
std::string refused(Call call) {
  try {
    call();
  } catch (const ApiError& error) {
    return std::to_string(error.info().status) + " " + std::string(error.info().name) + ": " +
           error.what();
  }
  return "nothing";
}

}  // namespace slotflow::test
