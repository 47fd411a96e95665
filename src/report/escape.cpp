#include "report/escape.h"

#include "report/utf8.h"

namespace slotflow {

namespace {

enum class Notation { line, text, json };

// U+0080 to U+009F are the C1 controls: a terminal that reads UTF-8 takes U+009B as ESC [.
// The others are Unicode's Bidi_Control characters ("Trojan Source", CVE-2021-42574), the line
// and paragraph separators, and the byte order mark, which nobody sees and many parsers reject.
bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

void append_hex(std::string& out, char32_t value, unsigned digits) {
  for (unsigned shift = digits * 4; shift > 0; shift -= 4) {
    out += "0123456789abcdef"[(value >> (shift - 4)) & 0xfU];
  }
}

void append_byte(std::string& out, char32_t byte) {
  out += "\\x";
  append_hex(out, byte, 2);
}

void append_character(std::string& out, char32_t c, Notation notation) {
  if (notation == Notation::json && c >= 0x7f) {
    out += "\\u";
    append_hex(out, c, 4);
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else if (c <= 0x7f) {
    append_byte(out, c);
  } else {
    out += "\\u{";
    append_hex(out, c, c > 0xff ? 4 : 2);
    out += '}';
  }
}

std::string escaped(std::string_view bytes, Notation notation) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto character = first_character(bytes);
    const std::size_t length = character ? character->length : 1;
    const char32_t c = character ? character->code_point : 0;
    const bool kept_space = notation == Notation::text && (c == '\n' || c == '\t');
    if (!character) {
      append_byte(out, static_cast<unsigned char>(bytes[0]));
    } else if (is_hidden(c) && !kept_space) {
      append_character(out, c, notation);
    } else {
      out += bytes.substr(0, length);
    }
    bytes.remove_prefix(length);
  }
  return out;
}

}  // namespace

std::string safe_line(std::string_view bytes) {
  return escaped(bytes, Notation::line);
}

std::string safe_text(std::string_view bytes) {
  return escaped(bytes, Notation::text);
}

std::string safe_json(std::string_view json) {
  return escaped(json, Notation::json);
}

std::string safe_excerpt(std::string_view bytes, std::size_t max_characters) {
  const std::string_view head = first_characters(bytes, max_characters);
  return safe_line(head) + (head.size() < bytes.size() ? "…" : "");
}

}  // namespace slotflow
