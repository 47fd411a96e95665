#include "api/query.h"

#include "domain/error.h"
#include "domain/invalid_field.h"
#include "domain/number.h"

namespace slotflow {

std::string required_field(const WebFields& query, const std::string& name) {
  auto found = last_field(query, name);
  if (found) return *std::move(found);
  throw Error(ErrorCode::validation_error, name + ": expected a value in the query, got nothing");
}

std::optional<std::int64_t> optional_number(const WebFields& query, const std::string& name,
                                            std::int64_t min, std::int64_t max) {
  const auto text = last_field(query, name);
  if (!text || text->empty()) return std::nullopt;
  const auto number = to_number<std::int64_t>(*text);
  if (number && *number >= min && *number <= max) return number;
  throw_invalid(name, "a number from " + std::to_string(min) + " to " + std::to_string(max), *text);
}

}  // namespace slotflow
