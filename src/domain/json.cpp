#include "domain/json.h"

#include <algorithm>
#include <array>
#include <cstdint>
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

// Where the brackets open more than kMaxJsonDepth levels.
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

// nlohmann's messages quote the text, which may hold anything; these say the same without.
std::string expected_by(std::string_view message) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kWords{{
      {"UTF-8", "UTF-8"},
      {"BOM", "UTF-8"},
      {"number overflow", "a number within the range of a double"},
      {"control character", "a string with its control characters escaped"},
      {"missing closing quote", "a closing quote"},
      {"backslash", "an escape such as \\n or \\u00e9"},
      {"surrogate", "a pair of surrogates"},
      {"'\\u' must be followed", "four hexadecimal digits"},
      {"; expected end of input", "the end of the text"},
      {"; expected string literal", "a member name in double quotes"},
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

// Reads on until the first problem and remembers it: the exceptions of a plain parse do not all
// tell their position.
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
    // The quoted last token comes behind "last read", and could hold any of the words looked for.
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

// The length of the UTF-8 character at the start of `bytes` (RFC 3629, section 4); 0 if there is
// none.
std::size_t utf8_length(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
  }
  // Longer than need be, surrogates, and above U+10FFFF.
  if (first == 0xe0 && byte(1) < 0xa0) return 0;
  if (first == 0xed && byte(1) > 0x9f) return 0;
  if (first == 0xf0 && byte(1) < 0x90) return 0;
  if (first == 0xf4 && byte(1) > 0x8f) return 0;
  return length;
}

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

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string_view utf8_prefix(std::string_view bytes, std::size_t limit) {
  if (bytes.size() <= limit) return bytes;
  // A character is at most four bytes long; more bytes of this kind are no UTF-8 anyway.
  for (std::size_t back = 0; back < 4 && back <= limit; ++back) {
    const auto next = static_cast<unsigned char>(bytes[limit - back]);
    if ((next & 0xc0U) != 0x80) return bytes.substr(0, limit - back);
  }
  return bytes.substr(0, limit);
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::string_view group = bytes.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8U | (k < group.size() ? static_cast<unsigned char>(group[k]) : 0U);
    }
    for (unsigned k = 0; k < 4; ++k) {
      out += k <= group.size() ? kAlphabet[bits >> (18U - 6U * k) & 0x3fU] : '=';
    }
  }
  return out;
}

}  // namespace slotflow
