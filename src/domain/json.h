// JSON with its members in the order they came, parsed within limits.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

namespace slotflow {

using Json = nlohmann::ordered_json;

// nlohmann's parser does not recurse, but copying and dumping its values does: 100,000 brackets
// would overflow the stack there. Nothing deeper than this gets in.
inline constexpr std::size_t kMaxJsonDepth = 512;

struct JsonProblem {
  std::size_t line = 1;    // counted from 1
  std::size_t column = 1;  // in bytes, counted from 1
  std::string expected;    // "a value", "at most 512 levels of nesting"
};

// Never throws for bad text.
std::variant<Json, JsonProblem> parse_json(std::string_view text);
std::optional<Json> try_parse_json(std::string_view text);

// One line. Bytes that are no UTF-8 become U+FFFD: for output, never for what is signed.
std::string to_line(const Json& value);

}  // namespace slotflow
