// The fields of an object in JSON text, as written, without building a DOM.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

struct JsonField {
  std::string name;        // a lone surrogate in it becomes U+FFFD
  std::string_view value;  // as written
};

// Returns the fields of the object `json`, in their order; names may occur twice. Returns
// none for other values, and those before the problem for text that is not JSON. The result refers
// to the memory of `json`.
std::vector<JsonField> json_fields(std::string_view json);

// Returns the value of the last field with this name, which is the one that counts for parsers;
// empty if there is none.
std::string_view last_value(const std::vector<JsonField>& fields, std::string_view name);

// Returns JSON without the white space between its tokens.
std::string without_space(std::string_view json);

}  // namespace slotflow
