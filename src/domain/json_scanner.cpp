#include "domain/json_scanner.h"

#include <algorithm>
#include <optional>

#include "domain/ascii.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

constexpr bool is_unescaped(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

// Lets the library interpret the escapes of a string without quotes.
std::optional<std::string> unescaped(std::string_view raw) {
  std::string quoted;
  quoted.reserve(raw.size() + 2);
  quoted.append("\"").append(raw).append("\"");
  const Json value = Json::parse(quoted, nullptr, false);
  if (!value.is_string()) return std::nullopt;
  return value.get<std::string>();
}

}  // namespace

JsonScanner::JsonScanner(std::string_view text) : rest_(text) {
  skip("\xEF\xBB\xBF");
}

JsonScanner::Token JsonScanner::next() {
  skip_space();
  switch (expected_) {
    case Expected::value_or_end:
      return peek() == ']' ? close(Token::array_end) : scan_value();
    case Expected::value:
      return scan_value();
    case Expected::key_or_end:
      return peek() == '}' ? close(Token::object_end) : scan_key();
    case Expected::key:
      return scan_key();
    case Expected::separator:
      return after_value();
  }
  return fail();
}

JsonScanner::Token JsonScanner::after_value() {
  if (depth_ == 0) return rest_.empty() ? Token::end : fail();
  const bool in_object = is_object_[depth_ - 1];
  if (peek() == (in_object ? '}' : ']')) {
    return close(in_object ? Token::object_end : Token::array_end);
  }
  if (!skip(",")) return fail();
  skip_space();
  return in_object ? scan_key() : scan_value();
}

JsonScanner::Token JsonScanner::scan_value() {
  switch (peek()) {
    case '{':
      return open(Token::object_begin, true);
    case '[':
      return open(Token::array_begin, false);
    case '"':
      if (!scan_string()) return fail();
      expected_ = Expected::separator;
      return Token::string;
    case 't':
      return scalar(skip("true"));
    case 'f':
      return scalar(skip("false"));
    case 'n':
      return scalar(skip("null"));
    default:
      return scalar(scan_number());
  }
}

JsonScanner::Token JsonScanner::scan_key() {
  if (peek() != '"' || !scan_string()) return fail();
  skip_space();
  if (!skip(":")) return fail();
  expected_ = Expected::value;
  return Token::key;
}

JsonScanner::Token JsonScanner::open(Token token, bool object) {
  if (depth_ == kMaxJsonDepth) return fail();
  rest_.remove_prefix(1);
  is_object_[depth_++] = object;
  expected_ = object ? Expected::key_or_end : Expected::value_or_end;
  return token;
}

JsonScanner::Token JsonScanner::close(Token token) {
  rest_.remove_prefix(1);
  --depth_;
  expected_ = Expected::separator;
  return token;
}

JsonScanner::Token JsonScanner::scalar(bool valid) {
  if (!valid) return fail();
  expected_ = Expected::separator;
  return Token::other;
}

// All later calls fail, too: an empty rest is not a value.
JsonScanner::Token JsonScanner::fail() {
  rest_ = {};
  expected_ = Expected::value;
  return Token::bad;
}

// At an opening quote.
bool JsonScanner::scan_string() {
  rest_.remove_prefix(1);
  escaped_ = false;
  bool ascii = true;
  std::size_t size = 0;
  while (size < rest_.size() && rest_[size] != '"') {
    const char c = rest_[size];
    if (!is_unescaped(c)) {
      if (static_cast<unsigned char>(c) < 0x20) return false;
      ascii = ascii && c == '\\';
      escaped_ = escaped_ || c == '\\';
      if (c == '\\') ++size;  // an escaped character does not end the string
    }
    ++size;
  }
  if (size >= rest_.size()) return false;
  raw_ = rest_.substr(0, size);
  rest_.remove_prefix(size + 1);
  if (escaped_) return unescaped(raw_).has_value();
  return ascii || is_utf8(raw_);
}

// RFC 8259, section 6.
bool JsonScanner::scan_number() {
  const std::string_view begin = rest_;
  skip("-");
  if (!skip("0") && skip_digits() == 0) return false;
  if (skip(".") && skip_digits() == 0) return false;
  if (peek() == 'e' || peek() == 'E') {
    rest_.remove_prefix(1);
    if (!skip("+")) skip("-");
    if (skip_digits() == 0) return false;
    // The library rejects numbers that are too large for a double.
    return Json::accept(begin.substr(0, begin.size() - rest_.size()));
  }
  return true;
}

void JsonScanner::skip_space() {
  const std::size_t size = rest_.find_first_not_of(" \t\r\n");
  rest_.remove_prefix(std::min(size, rest_.size()));
}

bool JsonScanner::skip(std::string_view word) {
  if (!rest_.starts_with(word)) return false;
  rest_.remove_prefix(word.size());
  return true;
}

std::size_t JsonScanner::skip_digits() {
  std::size_t count = 0;
  while (is_digit(peek())) {
    rest_.remove_prefix(1);
    ++count;
  }
  return count;
}

bool JsonScanner::is(std::string_view text) const {
  return escaped_ ? this->text() == text : raw_ == text;
}

std::string JsonScanner::text() const {
  return escaped_ ? unescaped(raw_).value_or("") : std::string(raw_);
}

}  // namespace slotflow
