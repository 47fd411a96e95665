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

// The deepest nesting that is accepted. Making, copying and dumping values recurses: 100,000
// brackets would overflow the stack.
inline constexpr std::size_t kMaxJsonDepth = 512;

struct JsonProblem {
  std::size_t line = 1;    // counted from 1
  std::size_t column = 1;  // in bytes, counted from 1
  std::string expected;    // "a value", "at most 512 levels of nesting"
  bool too_deep = false;   // it may be JSON, but is nested deeper than kMaxJsonDepth
};

// Returns "line 1, column 5: expected a value".
std::string to_string(const JsonProblem& problem);

class JsonScanner;
// Returns where `scanner` met text that is not JSON. `text` is the text that it scanned.
JsonProblem problem_of(const JsonScanner& scanner, std::string_view text);

// Parses what JsonScanner accepts, all of it: a NUL byte does not end it. Never throws for invalid
// text. If a name occurs twice in an object, the last value counts, at the place of the first. The
// value is for looking at: a number may lose digits, and a lone surrogate becomes U+FFFD. What is
// to be sent or stored is a RawJson (domain/raw_json.h).
std::variant<Json, JsonProblem> parse_json(std::string_view text);
std::optional<Json> try_parse_json(std::string_view text);

// Returns the field `name` of `value`; nullptr if there is none, or if `value` is not an object.
const Json* find_field(const Json& value, std::string_view name);
// As find_field(), but also nullptr if the field is not a string.
const std::string* find_string(const Json& value, std::string_view name);

// Returns JSON in one line. Bytes that are not UTF-8 become U+FFFD, so do not sign the result.
std::string to_line(const Json& value);

}  // namespace slotflow
