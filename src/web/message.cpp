#include "web/message.h"

#include <algorithm>
#include <ranges>
#include <stdexcept>

#include "domain/ascii.h"

namespace slotflow {

std::optional<std::string> last_field(const WebFields& fields, std::string_view name) {
  for (const auto& [field, value] : fields | std::views::reverse) {
    if (field == name) return value;
  }
  return std::nullopt;
}

std::string_view WebRequest::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (same_without_case(header.name, name)) return header.value;
  }
  return {};
}

const std::string& WebRequest::parameter(std::string_view name) const {
  const auto found = std::ranges::find(parameters, name, &WebFields::value_type::first);
  if (found == parameters.end()) throw std::logic_error("a route has no parameter of this name");
  return found->second;
}

}  // namespace slotflow
