// JSON whose objects keep the order of their fields, parsed within limits.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>

namespace slotflow {

using Json = nlohmann::ordered_json;

// The deepest nesting that is accepted. nlohmann's parser does not recurse, but copying and dumping
// its values does: 100,000 brackets would overflow the stack.
inline constexpr std::size_t kMaxJsonDepth = 512;

struct JsonProblem {
  std::size_t line = 1;    // counted from 1
  std::size_t column = 1;  // in bytes, counted from 1
  std::string expected;    // "a value", "at most 512 levels of nesting"
};

// Parses `text`. Never throws for invalid text.
std::variant<Json, JsonProblem> parse_json(std::string_view text);
std::optional<Json> try_parse_json(std::string_view text);

// Returns JSON in one line. Bytes that are not UTF-8 become U+FFFD, so do not sign the result.
std::string to_line(const Json& value);

}  // namespace slotflow
