#include "domain/json_scanner.h"

#include <algorithm>

#include "domain/ascii.h"
#include "domain/json_string.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

constexpr bool is_unescaped(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

constexpr std::string_view kNumber = "a number";
constexpr std::string_view kTooDeep = "at most 512 levels of nesting";
static_assert(kMaxJsonDepth == 512);

// Returns the length of the UTF-8 that `bytes` begin with.
std::size_t utf8_length(std::string_view bytes) {
  std::size_t length = 0;
  while (const auto character = first_character(bytes.substr(length))) length += character->length;
  return length;
}

}  // namespace

JsonScanner::JsonScanner(std::string_view text) : size_(text.size()), rest_(text) {
  skip("\xEF\xBB\xBF");
}

JsonScanner::Token JsonScanner::next() {
  if (!problem_.expected.empty()) return Token::bad;
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
  return fail("a value");
}

JsonScanner::Token JsonScanner::after_value() {
  if (depth_ == 0) return rest_.empty() ? Token::end : fail("the end of the text");
  const bool in_object = is_object_[depth_ - 1];
  if (peek() == (in_object ? '}' : ']')) {
    return close(in_object ? Token::object_end : Token::array_end);
  }
  if (!skip(",")) return fail(in_object ? "',' or '}'" : "',' or ']'");
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
      if (!scan_string()) return Token::bad;
      expected_ = Expected::separator;
      return Token::string;
    case 't':
      return literal("true");
    case 'f':
      return literal("false");
    case 'n':
      return literal("null");
    default:
      return number();
  }
}

JsonScanner::Token JsonScanner::scan_key() {
  if (peek() != '"') return fail("a field name in double quotes");
  if (!scan_string()) return Token::bad;
  skip_space();
  if (!skip(":")) return fail("':'");
  expected_ = Expected::value;
  return Token::key;
}

JsonScanner::Token JsonScanner::open(Token token, bool object) {
  if (depth_ == kMaxJsonDepth) {
    problem_.too_deep = true;
    return fail(kTooDeep);
  }
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

JsonScanner::Token JsonScanner::literal(std::string_view word) {
  if (!rest_.starts_with(word)) {
    const auto difference = std::ranges::mismatch(word, rest_).in1 - word.begin();
    wrong(static_cast<std::size_t>(difference), "a value");
    return Token::bad;
  }
  written_ = rest_.substr(0, word.size());
  rest_.remove_prefix(word.size());
  expected_ = Expected::separator;
  return Token::other;
}

JsonScanner::Token JsonScanner::number() {
  if (peek() != '-' && !is_digit(peek())) return fail("a value");
  const std::string_view begin = rest_;
  if (!scan_number()) return fail(kNumber);
  written_ = begin.substr(0, begin.size() - rest_.size());
  expected_ = Expected::separator;
  return Token::other;
}

JsonScanner::Token JsonScanner::fail(std::string_view expected) {
  wrong(0, expected);
  return Token::bad;
}

// Records the problem, after which all calls fail. Returns false.
bool JsonScanner::wrong(std::size_t offset_in_rest, std::string_view expected) {
  problem_.offset = offset() + offset_in_rest;
  problem_.expected = expected;
  return false;
}

// Reads a string, whose opening quote is the next byte.
bool JsonScanner::scan_string() {
  const std::string_view begin = rest_;
  rest_.remove_prefix(1);
  escaped_ = false;
  bool ascii = true;
  std::size_t size = 0;
  while (size < rest_.size() && rest_[size] != '"') {
    const char c = rest_[size];
    if (c == '\\') {
      if (!scan_escape(size)) return false;
      continue;
    }
    if (!is_unescaped(c)) {
      if (static_cast<unsigned char>(c) < 0x20) {
        return wrong(size, "a string with its control characters escaped");
      }
      ascii = false;
    }
    ++size;
  }
  raw_ = rest_.substr(0, size);
  if (!ascii) {
    const std::size_t valid = utf8_length(raw_);
    if (valid < size) return wrong(valid, "UTF-8");
  }
  if (size >= rest_.size()) return wrong(size, "a closing quote");
  written_ = begin.substr(0, size + 2);
  rest_.remove_prefix(size + 1);
  return true;
}

// Adds to `size`, which is the offset of an escape, the length of the escape.
bool JsonScanner::scan_escape(std::size_t& size) {
  escaped_ = true;
  ++size;
  if (size == rest_.size()) return wrong(size, "an escape such as \\n or \\u00e9");
  if (rest_[size] != 'u') {
    constexpr std::string_view kSimple = "\"\\/bfnrt";
    if (kSimple.find(rest_[size]) == std::string_view::npos) {
      return wrong(size, "an escape such as \\n or \\u00e9");
    }
    ++size;
    return true;
  }
  ++size;
  for (const std::size_t end = size + 4; size < end; ++size) {
    if (size == rest_.size() || !is_hex_digit(rest_[size])) {
      return wrong(size, "four hexadecimal digits");
    }
  }
  return true;
}

// RFC 8259, section 6.
bool JsonScanner::scan_number() {
  skip("-");
  if (!skip("0") && skip_digits() == 0) return false;
  if (skip(".") && skip_digits() == 0) return false;
  if (peek() == 'e' || peek() == 'E') {
    rest_.remove_prefix(1);
    if (!skip("+")) skip("-");
    if (skip_digits() == 0) return false;
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

std::string JsonScanner::text(LoneSurrogate lone) const {
  return escaped_ ? json_unescaped(raw_, lone) : std::string(raw_);
}

}  // namespace slotflow
