#include "domain/json.h"

#include <algorithm>
#include <array>
#include <utility>

namespace slotflow {
namespace {

JsonProblem problem_at(std::string_view text, std::size_t offset, std::string expected) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  JsonProblem problem;
  problem.expected = std::move(expected);
  problem.line += static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_break = before.rfind('\n');
  problem.column = before.size() - (line_break == std::string_view::npos ? 0 : line_break + 1) + 1;
  return problem;
}

// Returns where the nesting exceeds kMaxJsonDepth.
std::optional<std::size_t> too_deep_at(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxJsonDepth) return i;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return std::nullopt;
}

// Translates nlohmann's messages, which quote the text, into messages that do not.
std::string expected_by(std::string_view message) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kWords{{
      {"UTF-8", "UTF-8"},
      {"BOM", "UTF-8"},
      {"number overflow", "a number within the range of a double"},
      {"control character", "a string with its control characters escaped"},
      {"missing closing quote", "a closing quote"},
      {"backslash", "an escape such as \\n or \\u00e9"},
      {"surrogate", "a surrogate pair"},
      {"'\\u' must be followed", "four hexadecimal digits"},
      {"; expected end of input", "the end of the text"},
      {"; expected string literal", "a field name in double quotes"},
      {"; expected ':'", "':'"},
      {"; expected ']'", "',' or ']'"},
      {"; expected '}'", "',' or '}'"},
      {"invalid number", "a number"},
  }};
  for (const auto& [sign, words] : kWords) {
    if (message.find(sign) != std::string_view::npos) return std::string(words);
  }
  return "a value";
}

// Records the first problem: not all exceptions of a plain parse contain the position.
class ProblemFinder : public nlohmann::json_sax<Json> {
 public:
  std::size_t position = 0;
  std::string expected;

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*elements*/) override { return true; }
  bool key(string_t& /*name*/) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t /*elements*/) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t at, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& problem) override {
    position = at;
    // The token after "last read" is quoted from the text and could contain any of the words.
    std::string message = problem.what();
    const std::size_t quote = message.find("; last read: ");
    const std::size_t wanted = message.rfind("; expected ");
    if (quote != std::string::npos) {
      const std::string tail = wanted == std::string::npos ? "" : message.substr(wanted);
      message = message.substr(0, quote) + tail;
    }
    expected = expected_by(message);
    return false;
  }
};

}  // namespace

std::variant<Json, JsonProblem> parse_json(std::string_view text) {
  if (const std::optional<std::size_t> offset = too_deep_at(text)) {
    return problem_at(text, *offset,
                      "at most " + std::to_string(kMaxJsonDepth) + " levels of nesting");
  }
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::exception&) {
    ProblemFinder finder;
    Json::sax_parse(text.begin(), text.end(), &finder);
    // The position counts the bytes read, the one that does not fit included.
    return problem_at(text, finder.position > 0 ? finder.position - 1 : 0, finder.expected);
  }
}

std::optional<Json> try_parse_json(std::string_view text) {
  std::variant<Json, JsonProblem> result = parse_json(text);
  if (Json* value = std::get_if<Json>(&result)) return std::move(*value);
  return std::nullopt;
}

std::string to_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace slotflow
