// HTTP status codes in words.
#pragma once

#include <string>

namespace slotflow {

// Returns whether `status` is 2xx.
constexpr bool is_success(int status) {
  return status >= 200 && status <= 299;
}

// 3xx.
constexpr bool is_redirect(int status) {
  return status >= 300 && status <= 399;
}

// 4xx: the client's error.
constexpr bool is_client_error(int status) {
  return status >= 400 && status <= 499;
}

// Returns "500 Internal Server Error", with the registered reason and not the server's; only the
// number if the status is not registered.
std::string status_text(int status);

}  // namespace slotflow
