#include "domain/json.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <unordered_map>
#include <utility>
#include <vector>

#include "domain/json_scanner.h"
#include "domain/number.h"

namespace slotflow {
namespace {

using Token = JsonScanner::Token;

// Collects the fields of an object in linear time: the library compares each name with all before.
class Fields {
 public:
  void set(std::string name, Json value) {
    if (Json* before = find(name)) {
      *before = std::move(value);
      return;
    }
    if (!places_.empty()) places_.emplace(name, fields_.size());
    fields_.emplace_back(std::move(name), std::move(value));
    if (fields_.size() == kFew) {
      for (std::size_t i = 0; i < kFew; ++i) places_.emplace(fields_[i].first, i);
    }
  }

  Json take() {
    Json::object_t object;
    object.reserve(fields_.size());
    for (auto& [name, value] : fields_) object.emplace_back(std::move(name), std::move(value));
    return Json(std::move(object));
  }

 private:
  static constexpr std::size_t kFew = 32;  // up to here a comparison with all is faster

  Json* find(const std::string& name) {
    if (places_.empty()) {
      const auto found = std::ranges::find(fields_, name, &Field::first);
      return found == fields_.end() ? nullptr : &found->second;
    }
    const auto found = places_.find(name);
    return found == places_.end() ? nullptr : &fields_[found->second].second;
  }

  using Field = std::pair<std::string, Json>;
  std::vector<Field> fields_;
  std::unordered_map<std::string, std::size_t> places_;  // empty while they are few
};

Json scalar(std::string_view written) {
  if (written == "null") return nullptr;
  if (written == "true" || written == "false") return written == "true";
  if (written.front() == '-') {
    if (const auto number = to_number<std::int64_t>(written)) return *number;
  } else if (const auto number = to_number<std::uint64_t>(written)) {
    return *number;
  }
  return std::strtod(std::string(written).c_str(), nullptr);
}

bool read(JsonScanner& scanner, Token token, Json& value);

bool read_array(JsonScanner& scanner, Json& value) {
  Json::array_t elements;
  for (Token token = scanner.next(); token != Token::array_end; token = scanner.next()) {
    if (!read(scanner, token, elements.emplace_back())) return false;
  }
  value = std::move(elements);
  return true;
}

bool read_object(JsonScanner& scanner, Json& value) {
  Fields fields;
  for (Token token = scanner.next(); token != Token::object_end; token = scanner.next()) {
    if (token != Token::key) return false;
    std::string name = scanner.text();
    Json field;
    if (!read(scanner, scanner.next(), field)) return false;
    fields.set(std::move(name), std::move(field));
  }
  value = fields.take();
  return true;
}

// Reads the value that begins with `token`. Returns false if it is not JSON.
bool read(JsonScanner& scanner, Token token, Json& value) {
  switch (token) {
    case Token::object_begin:
      return read_object(scanner, value);
    case Token::array_begin:
      return read_array(scanner, value);
    case Token::string:
      value = scanner.text();
      return true;
    case Token::other:
      value = scalar(scanner.written());
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string to_string(const JsonProblem& problem) {
  return "line " + std::to_string(problem.line) + ", column " + std::to_string(problem.column) +
         ": expected " + problem.expected;
}

JsonProblem problem_of(const JsonScanner& scanner, std::string_view text) {
  const JsonScanner::Problem& found = scanner.problem();
  const std::string_view before = text.substr(0, found.offset);
  JsonProblem problem;
  problem.expected = found.expected;
  problem.too_deep = found.too_deep;
  problem.line += static_cast<std::size_t>(std::ranges::count(before, '\n'));
  const std::size_t line_break = before.rfind('\n');
  problem.column = before.size() - (line_break == std::string_view::npos ? 0 : line_break + 1) + 1;
  return problem;
}

std::variant<Json, JsonProblem> parse_json(std::string_view text) {
  JsonScanner scanner(text);
  Json value;
  if (!read(scanner, scanner.next(), value) || scanner.next() != Token::end) {
    return problem_of(scanner, text);
  }
  return value;
}

std::optional<Json> try_parse_json(std::string_view text) {
  std::variant<Json, JsonProblem> result = parse_json(text);
  if (Json* value = std::get_if<Json>(&result)) return std::move(*value);
  return std::nullopt;
}

const Json* find_field(const Json& value, std::string_view name) {
  if (!value.is_object()) return nullptr;
  const auto field = value.find(std::string(name));
  return field != value.end() ? &*field : nullptr;
}

const std::string* find_string(const Json& value, std::string_view name) {
  const Json* field = find_field(value, name);
  return field != nullptr ? field->get_ptr<const std::string*>() : nullptr;
}

std::string to_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace slotflow
