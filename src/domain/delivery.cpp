#include "domain/delivery.h"

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

bool Reply::delivered() const {
  const auto* received = std::get_if<Response>(&result);
  return received != nullptr && is_success(received->status);
}

bool Attempt::rejected_as_it_should() const {
  const Response* response = reply.response();
  return invalid_on_purpose && response != nullptr && is_client_error(response->status);
}

}  // namespace slotflow
