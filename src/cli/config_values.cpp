#include "cli/config_values.h"

#include <cstdint>
#include <utility>

#include "domain/ascii.h"
#include "domain/number.h"
#include "domain/text.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

constexpr std::pair<char, char> kEscapes[] = {{'b', '\b'}, {'t', '\t'}, {'n', '\n'}, {'f', '\f'},
                                              {'r', '\r'}, {'"', '"'},  {'\\', '\\'}};

// A surrogate is half of a character.
bool is_scalar(char32_t c) {
  return c < 0xd800 || (c > 0xdfff && c <= 0x10ffff);
}

// Reads values from the start of `rest_`, and removes what it has read.
class ValueReader {
 public:
  explicit ValueReader(std::string_view text) : rest_(text) {}

  ConfigValues read();

 private:
  void read_array();
  // Reads a text in quotes, or all before one of `ends`.
  void read_text(std::string_view ends);
  void read_literal();
  void read_quoted();
  bool read_escape(std::string& text);
  void skip_spaces() { rest_ = trimmed_start(rest_, is_space); }
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view rest_;
  ConfigValues values_;
};

ConfigValues ValueReader::read() {
  if (rest_.starts_with('[')) {
    read_array();
  } else {
    read_text(", \t");
  }
  skip_spaces();
  if (!rest_.empty()) values_.is_whole = false;
  return std::move(values_);
}

void ValueReader::read_array() {
  take();
  for (;;) {
    skip_spaces();
    if (rest_.starts_with(']')) break;  // also after the last comma
    read_text(",]");
    skip_spaces();
    if (!rest_.starts_with(',')) break;
    take();
  }
  if (rest_.starts_with(']')) {
    take();
  } else {
    values_.is_whole = false;
  }
}

void ValueReader::read_text(std::string_view ends) {
  if (rest_.starts_with('\'')) return read_literal();
  if (rest_.starts_with('"')) return read_quoted();
  const std::string_view text = rest_.substr(0, rest_.find_first_of(ends));
  rest_.remove_prefix(text.size());
  values_.texts.emplace_back(trimmed(text));
}

void ValueReader::read_literal() {
  take();
  const std::size_t end = rest_.find('\'');
  values_.texts.emplace_back(rest_.substr(0, end));
  if (end == std::string_view::npos) values_.is_whole = false;
  rest_ = end == std::string_view::npos ? "" : rest_.substr(end + 1);
}

void ValueReader::read_quoted() {
  take();
  std::string text;
  while (!rest_.empty() && !rest_.starts_with('"')) {
    const std::string_view before = rest_;
    const char c = take();
    if (c != '\\') {
      text += c;
    } else if (!read_escape(text) && values_.bad_escape.empty()) {
      values_.bad_escape = before.substr(0, 2);
    }
  }
  values_.texts.push_back(std::move(text));
  if (rest_.empty()) {
    values_.is_whole = false;
  } else {
    take();
  }
}

// Reads what stands behind a backslash. Returns false if it is not an escape of a character that a
// text can have.
bool ValueReader::read_escape(std::string& text) {
  if (rest_.empty()) return false;
  const char kind = take();
  for (const auto& [name, character] : kEscapes) {
    if (kind == name) {
      text += character;
      return true;
    }
  }
  if (kind != 'u' && kind != 'U') return false;
  const std::size_t length = kind == 'u' ? 4 : 8;
  const std::string_view digits = rest_.substr(0, length);
  const auto code = to_number<std::uint32_t>(digits, 16);
  if (!code || digits.size() != length || *code == 0 || !is_scalar(*code)) return false;
  rest_.remove_prefix(digits.size());
  append_utf8(text, *code);
  return true;
}

}  // namespace

std::string_view without_comment(std::string_view line) {
  char quote = '\0';
  std::size_t end = 0;
  for (; end < line.size() && (quote != '\0' || line[end] != '#'); ++end) {
    const char c = line[end];
    if (c == '\\' && quote == '"') {
      ++end;  // the next one ends nothing
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = '\0';
    }
  }
  return line.substr(0, end);
}

ConfigValues read_config_values(std::string_view text) {
  return ValueReader(text).read();
}

}  // namespace slotflow
