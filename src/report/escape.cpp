#include "report/escape.h"

#include "domain/hex.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

enum class Notation { line, text, json };

void append_byte(std::string& out, char32_t byte) {
  out += "\\x";
  append_hex(out, byte, 2);
}

void append_character(std::string& out, char32_t c, Notation notation) {
  if (notation == Notation::json && c > 0xffff) {
    const char32_t rest = c - 0x10000;  // a pair of surrogates (RFC 8259, section 7)
    append_character(out, 0xd800 + (rest >> 10U), notation);
    append_character(out, 0xdc00 + (rest & 0x3ffU), notation);
  } else if (notation == Notation::json && c >= 0x7f) {
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
    append_hex(out, c, c > 0xffff ? 5 : c > 0xff ? 4 : 2);
    out += '}';
  }
}

std::string escaped(std::string_view bytes, Notation notation) {
  std::string out;
  out.reserve(bytes.size());
  char32_t before = 0;
  while (!bytes.empty()) {
    const auto character = first_character(bytes);
    const std::size_t length = character ? character->length : 1;
    const char32_t c = character ? character->code_point : 0;
    const bool kept_space = notation == Notation::text && (c == '\n' || c == '\t');
    if (!character) {
      append_byte(out, static_cast<unsigned char>(bytes[0]));
    } else if (is_hidden(c, before) && !kept_space) {
      append_character(out, c, notation);
    } else {
      out += bytes.substr(0, length);
    }
    before = c;
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
