// Builds parts of JSON lines that several topics share.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/json.h"

namespace slotflow {

Json or_null(const std::optional<std::string>& text);
Json or_null_if_empty(const std::string& text);

// Returns milliseconds with three decimals.
double milliseconds(std::chrono::microseconds duration);

// Adds `text` as the field `name`. If it is not UTF-8, which JSON cannot hold, also its exact bytes
// as `name`_base64.
void add_text(Json& json, const std::string& name, const std::string& text);

// Adds headers as pairs in their order. If a name or value is not UTF-8, also their exact bytes as
// `name`_base64.
void add_headers(Json& json, const std::string& name, const std::vector<Header>& headers);

// Returns true if JSON can hold all names and values as they are.
bool are_utf8(const std::vector<Header>& headers);

}  // namespace slotflow
