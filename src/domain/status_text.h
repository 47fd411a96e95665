// HTTP status codes in words.
#pragma once

#include <string>

namespace slotflow {

// Returns whether `status` is 2xx.
constexpr bool is_success(int status) {
  return status >= 200 && status <= 299;
}

// Returns "500 Internal Server Error", with the registered reason and not the server's; only the
// number if the status is not registered.
std::string status_text(int status);

}  // namespace slotflow
