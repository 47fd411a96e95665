// The fields of a query.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "web/message.h"

namespace slotflow {

// Returns the last field with this name. Throws Error{validation_error} that names it if there is
// none.
std::string required_field(const WebFields& query, const std::string& name);

// Returns the number in the field; nullopt if there is no such field, or it is empty. Throws
// Error{validation_error} if it is not a number in this range.
std::optional<std::int64_t> optional_number(const WebFields& query, const std::string& name,
                                            std::int64_t min, std::int64_t max);

}  // namespace slotflow
