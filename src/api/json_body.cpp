#include "api/json_body.h"

#include <limits>

#include "api/error.h"
#include "api/limits.h"
#include "domain/json_fields.h"
#include "domain/webhook_json.h"

namespace slotflow {

namespace {

[[noreturn]] void refuse_body(std::string_view got) {
  JsonBody::refuse("body", "a JSON object", got);
}

std::string text_of_value(const Json* value, std::string_view name) {
  if (value == nullptr || !value->is_string()) {
    JsonBody::refuse(name, "a string", json_type(value));
  }
  return value->get<std::string>();
}

std::int64_t integer_of_value(const Json* value, std::string_view name) {
  if (value == nullptr || !value->is_number()) {
    JsonBody::refuse(name, "an integer", json_type(value));
  }
  const bool fits = value->is_number_unsigned()
                        ? value->get<std::uint64_t>() <=
                              static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
                        : value->is_number_integer();
  if (!fits) JsonBody::refuse(name, "an integer", "another number");
  return value->get<std::int64_t>();
}

// Calls `add` with each element of an array and its place: "days[0]".
template <typename Add>
void for_each_element(const Json* value, std::string_view name, std::string_view expected,
                      Add add) {
  if (value == nullptr || !value->is_array()) JsonBody::refuse(name, expected, json_type(value));
  for (std::size_t i = 0; i < value->size(); ++i) {
    add(&(*value)[i], std::string(name) + "[" + std::to_string(i) + "]");
  }
}

}  // namespace

JsonBody::JsonBody(const ApiRequest& request) : written_(request.body) {
  if (request.body_too_large) {
    throw ApiError(ApiErrorCode::validation_error,
                   "body: expected at most " + std::to_string(kMaxApiBody) + " bytes, got more");
  }
  if (written_.empty()) refuse_body("nothing");
  auto parsed = parse_json(written_);
  if (const auto* problem = std::get_if<JsonProblem>(&parsed)) {
    throw ApiError(ApiErrorCode::validation_error, "body: " + to_string(*problem));
  }
  object_ = std::get<Json>(std::move(parsed));
  if (!object_.is_object()) refuse_body(json_type(&object_));
}

void JsonBody::refuse(std::string_view name, std::string_view expected, std::string_view got) {
  std::string message(name);
  message.append(": expected ").append(expected).append(", got ").append(got);
  throw ApiError(ApiErrorCode::validation_error, message);
}

const Json* JsonBody::find(std::string_view name) const {
  const Json* value = find_field(object_, name);
  return value != nullptr && value->is_null() ? nullptr : value;
}

std::string JsonBody::text(std::string_view name) const {
  return text_of_value(find_field(object_, name), name);
}

std::int64_t JsonBody::integer(std::string_view name) const {
  return integer_of_value(find_field(object_, name), name);
}

bool JsonBody::boolean(std::string_view name) const {
  const Json* value = find_field(object_, name);
  if (value == nullptr || !value->is_boolean()) refuse(name, "true or false", json_type(value));
  return value->get<bool>();
}

std::vector<std::string> JsonBody::texts(std::string_view name) const {
  std::vector<std::string> texts;
  for_each_element(find_field(object_, name), name, "an array of strings",
                   [&](const Json* value, const std::string& place) {
                     texts.push_back(text_of_value(value, place));
                   });
  return texts;
}

std::vector<std::int64_t> JsonBody::integers(std::string_view name) const {
  std::vector<std::int64_t> integers;
  for_each_element(find_field(object_, name), name, "an array of integers",
                   [&](const Json* value, const std::string& place) {
                     integers.push_back(integer_of_value(value, place));
                   });
  return integers;
}

std::optional<std::string> JsonBody::optional_text(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  return text_of_value(value, name);
}

std::optional<std::int64_t> JsonBody::optional_integer(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  return integer_of_value(value, name);
}

std::optional<std::string> JsonBody::optional_object(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) refuse(name, "an object", json_type(value));
  return std::string(last_value(json_fields(written_), name));
}

}  // namespace slotflow
