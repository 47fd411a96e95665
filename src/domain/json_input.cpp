#include "domain/json_input.h"

#include <cmath>
#include <limits>
#include <utility>

#include "domain/error.h"
#include "domain/webhook_json.h"

namespace slotflow {
namespace {

[[noreturn]] void throw_wrong_type(const std::string& name, const char* expected,
                                   const Json* found) {
  throw Error(ErrorCode::validation_error,
              name + ": expected " + expected + ", got " + json_type(found));
}

int integer_in(const Json& value, const std::string& name) {
  // As Slotflow reads JSON, in JavaScript, 60.0 is 60.
  if (value.is_number_float()) {
    const double number = value.get<double>();
    const bool fits = std::abs(number) <= std::numeric_limits<int>::max();
    if (fits && number == std::trunc(number)) return static_cast<int>(number);
  }
  if (!value.is_number_integer()) throw_wrong_type(name, "an integer", &value);
  constexpr std::int64_t kLargest = std::numeric_limits<int>::max();
  // An unsigned number may not fit into 64 bits with a sign.
  const bool is_too_large = value.is_number_unsigned()
                                ? value.get<std::uint64_t>() > std::uint64_t{kLargest}
                                : value.get<std::int64_t>() < -kLargest;
  if (is_too_large) {
    throw Error(ErrorCode::validation_error,
                name + ": expected a smaller number, got " + value.dump());
  }
  return value.get<int>();
}

}  // namespace

JsonInput::JsonInput(const Json& value, std::string place)
    : value_(value), place_(std::move(place)) {
  if (value.is_object()) return;
  throw_wrong_type(place_.empty() ? "body" : place_, "an object", &value);
}

std::string JsonInput::name_of(const std::string& field) const {
  return place_.empty() ? field : place_ + "." + field;
}

const Json* JsonInput::find(const std::string& field) const {
  const Json* found = find_field(value_, field);
  return found != nullptr && found->is_null() ? nullptr : found;
}

std::string JsonInput::text(const std::string& field) const {
  std::optional<std::string> found = optional_text(field);
  if (!found) throw_wrong_type(name_of(field), "a string", find_field(value_, field));
  return *std::move(found);
}

bool JsonInput::boolean(const std::string& field) const {
  const Json* found = find_field(value_, field);
  if (found == nullptr || !found->is_boolean()) {
    throw_wrong_type(name_of(field), "true or false", found);
  }
  return found->get<bool>();
}

int JsonInput::integer(const std::string& field) const {
  const Json* found = find_field(value_, field);
  if (found == nullptr) throw_wrong_type(name_of(field), "an integer", nullptr);
  return integer_in(*found, name_of(field));
}

std::vector<std::string> JsonInput::texts(const std::string& field) const {
  const Json* found = find_field(value_, field);
  if (found == nullptr || !found->is_array()) {
    throw_wrong_type(name_of(field), "an array of strings", found);
  }
  std::vector<std::string> texts;
  for (const Json& value : *found) {
    if (!value.is_string()) {
      throw_wrong_type(name_of(field) + "[" + std::to_string(texts.size()) + "]", "a string",
                       &value);
    }
    texts.push_back(value.get<std::string>());
  }
  return texts;
}

std::vector<int> JsonInput::integers(const std::string& field) const {
  std::optional<std::vector<int>> found = optional_integers(field);
  if (!found) throw_wrong_type(name_of(field), "an array of integers", find_field(value_, field));
  return *std::move(found);
}

std::optional<std::string> JsonInput::optional_text(const std::string& field) const {
  const Json* found = find(field);
  if (found == nullptr) return std::nullopt;
  if (!found->is_string()) throw_wrong_type(name_of(field), "a string", found);
  return found->get<std::string>();
}

std::optional<int> JsonInput::optional_integer(const std::string& field) const {
  const Json* found = find(field);
  if (found == nullptr) return std::nullopt;
  return integer_in(*found, name_of(field));
}

std::optional<std::vector<int>> JsonInput::optional_integers(const std::string& field) const {
  const Json* found = find(field);
  if (found == nullptr) return std::nullopt;
  if (!found->is_array()) throw_wrong_type(name_of(field), "an array of integers", found);
  std::vector<int> numbers;
  for (const Json& value : *found) {
    numbers.push_back(
        integer_in(value, name_of(field) + "[" + std::to_string(numbers.size()) + "]"));
  }
  return numbers;
}

}  // namespace slotflow
