// What a call throws, as text.
#pragma once

#include <string>

#include "domain/error.h"

namespace slotflow::test {

// Returns "<CODE>: <message>", with " | hint: <hint>" if there is a hint; "nothing" if nothing is
// thrown.
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
