#include "domain/delivery.h"

#include <algorithm>

#include "domain/ascii.h"
#include "domain/status_text.h"

namespace slotflow {

std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                            std::string_view name) {
  for (const Header& header : headers) {
    if (same_without_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

// A value may have a line break of another kind.
std::vector<Header> headers_in(std::string_view head) {
  std::vector<Header> headers;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    headers.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))});
  }
  return headers;
}

bool Reply::delivered() const {
  const auto* received = std::get_if<Response>(&result);
  return received != nullptr && is_success(received->status);
}

bool Attempt::rejected_as_it_should() const {
  const Response* response = reply.response();
  return invalid_on_purpose && response != nullptr && is_client_error(response->status);
}

}  // namespace slotflow
