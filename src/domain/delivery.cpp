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
  const Response* answer = response();
  return answer != nullptr && is_success(answer->status);
}

bool Attempt::rejected_as_it_should() const {
  const Response* answer = reply.response();
  return invalid_on_purpose && answer != nullptr && answer->status >= 400 && answer->status < 500;
}

}  // namespace slotflow
