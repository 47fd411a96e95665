#include "report/json_line.h"

#include <array>
#include <charconv>

#include "domain/hex.h"
#include "domain/utf8.h"
#include "report/escape.h"

namespace slotflow {

namespace {

bool is_unescaped(char c) {
  return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
}

void append_control(std::string& out, unsigned char c) {
  switch (c) {
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      append_hex(out, c, 2);
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view bytes) {
  out += '"';
  while (!bytes.empty()) {
    std::size_t plain = 0;
    while (plain < bytes.size() && is_unescaped(bytes[plain])) ++plain;
    out.append(bytes, 0, plain);
    bytes.remove_prefix(plain);
    if (bytes.empty()) break;
    const auto c = static_cast<unsigned char>(bytes[0]);
    std::size_t length = 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += bytes[0];
    } else if (c < 0x20) {
      append_control(out, c);
    } else if (const auto character = first_character(bytes)) {
      length = character->length;
      out += safe_json(bytes.substr(0, length));
    } else {
      out += "\xef\xbf\xbd";
    }
    bytes.remove_prefix(length);
  }
  out += '"';
}

std::string& JsonLine::raw(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  out_.append("\"").append(name).append("\":");
  return out_;
}

JsonLine& JsonLine::text(std::string_view name, std::string_view value) {
  append_json_string(raw(name), value);
  return *this;
}

JsonLine& JsonLine::text_or_null(std::string_view name, const std::optional<std::string>& value) {
  return value ? text(name, *value) : null(name);
}

JsonLine& JsonLine::number(std::string_view name, std::int64_t value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  raw(name).append(digits.data(), end);
  return *this;
}

JsonLine& JsonLine::boolean(std::string_view name, bool value) {
  raw(name) += value ? "true" : "false";
  return *this;
}

JsonLine& JsonLine::null(std::string_view name) {
  raw(name) += "null";
  return *this;
}

}  // namespace slotflow
