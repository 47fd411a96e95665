// HTTP status codes in words.
#pragma once

#include <string>

namespace slotflow {

// Returns whether `status` is 2xx.
constexpr bool is_success(int status) {
  return status >= 200 && status <= 299;
}

// "500 Internal Server Error", by our own table and not by what a server says; a code that is not
// registered stands alone.
std::string status_text(int status);

}  // namespace slotflow
