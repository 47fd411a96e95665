// JSON that keeps what was written: all digits of numbers, the escapes of strings, the order of
// fields. What users give, and what is to be sent or stored, is changed in this form.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/json.h"

namespace slotflow {

// How JSON is written: in one line, or, with `indent`, in a line for each value.
struct JsonLayout {
  std::optional<std::size_t> indent = {};
  bool spaced = false;  // in one line: a space after each comma and colon
};
inline constexpr JsonLayout kCompactJson{};
inline constexpr JsonLayout kSpacedJson{.spaced = true};  // as Python's json.dumps does

// Only the white space between the tokens is not kept.
struct RawJson {
  enum class Kind { scalar, array, object };

  Kind kind = Kind::scalar;
  std::string scalar = "null";    // as written, a string with its quotes
  std::string written_name;       // of a field of an object, with its quotes
  std::vector<RawJson> children;  // elements, or fields, whose names may occur twice

  // Returns the string that holds `text`, which must be UTF-8.
  static RawJson string(std::string_view text);
  static RawJson object();

  bool is_null() const { return kind == Kind::scalar && scalar == "null"; }
  // Returns "null", "boolean", "number", "string", "array" or "object".
  std::string_view type_name() const;
  // Returns the name of a field. A lone surrogate in it is kept, which is not UTF-8.
  std::string name() const;

  // Replaces the value, and keeps the name.
  void assign(RawJson value);
  // Returns the last field with this name, which is the one that counts for parsers; nullptr if
  // there is none.
  RawJson* find(std::string_view field);
  const RawJson* find(std::string_view field) const;
  // Returns the last field with this name; adds it, as null, if there is none.
  RawJson& operator[](std::string_view field);
  // Sets the fields of the object `other`, in the places of those that have their names. A name
  // that occurs twice in `other` does so afterwards, too.
  void merge(RawJson other);

  // Returns the JSON without white space, or, with `indent`, a line for each value.
  std::string dump() const;
  std::string dump(std::size_t indent) const;
  // Returns the JSON in this layout; nullopt if that is longer than `most` bytes, and then has
  // written little more than them: deep nesting makes a line break long.
  std::optional<std::string> dump_within(std::size_t most, const JsonLayout& layout) const;
};

// Converts a value. Numbers are written as Json writes them.
RawJson raw_json(const Json& value);

// Parses what parse_json() parses.
std::variant<RawJson, JsonProblem> parse_raw_json(std::string_view text);

}  // namespace slotflow
