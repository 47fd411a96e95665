// What a call throws, as a person would read it.
#pragma once

#include <string>

#include "domain/error.h"

namespace slotflow::test {

// "<CODE>: <message>", and " | hint: <hint>" where there is one; "nothing" when it throws nothing.
template <typename Call>
std::string thrown(Call call) {
  try {
    call();
  } catch (const Error& error) {
    const std::string text = std::string(error.info().name) + ": " + error.what();
    return error.hint().empty() ? text : text + " | hint: " + error.hint();
  }
  return "nothing";
}

}  // namespace slotflow::test
