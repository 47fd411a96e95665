#include "domain/json_string.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <stdexcept>

#include "domain/hex.h"
#include "domain/number.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

constexpr bool is_first_half(char32_t c) {
  return c >= 0xd800 && c <= 0xdbff;
}

constexpr bool is_second_half(char32_t c) {
  return c >= 0xdc00 && c <= 0xdfff;
}

// Returns the code unit of "\uXXXX" at `at`; nullopt if there is another character.
std::optional<char32_t> code_unit(std::string_view raw, std::size_t at) {
  if (!raw.substr(std::min(at, raw.size())).starts_with("\\u")) return std::nullopt;
  return to_number<std::uint32_t>(raw.substr(at + 2, 4), 16);
}

constexpr char simple_escape(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;  // a quote, a slash or a backslash
  }
}

// Appends the shortest escape of a code point that has one.
void append_escape(std::string& out, char32_t c) {
  constexpr std::string_view kEscaped = "\b\f\n\r\t\"\\";
  constexpr std::string_view kLetters = "bfnrt\"\\";
  const std::size_t found = c < 0x80 ? kEscaped.find(static_cast<char>(c)) : std::string_view::npos;
  out += '\\';
  if (found != std::string_view::npos) {
    out += kLetters[found];
    return;
  }
  out += 'u';
  if (c < 0x10000) return append_hex(out, c, 4);
  append_hex(out, 0xd800 + ((c - 0x10000) >> 10U), 4);
  out += "\\u";
  append_hex(out, 0xdc00 + ((c - 0x10000) & 0x3ffU), 4);
}

// Returns the surrogate that `bytes` begin with, written as json_unescaped() does.
std::optional<Utf8Character> lone_surrogate(std::string_view bytes) {
  if (bytes.size() < 3 || bytes[0] != '\xed') return std::nullopt;
  const char32_t high = static_cast<unsigned char>(bytes[1]) & 0x3fU;
  const char32_t low = static_cast<unsigned char>(bytes[2]) & 0x3fU;
  return Utf8Character{0xd000U | (high << 6U) | low, 3};
}

}  // namespace

std::string json_quoted(std::string_view text, bool ascii) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto valid = first_character(text);
    const auto character = valid ? valid : lone_surrogate(text);
    if (!character) throw std::invalid_argument("a JSON string must be UTF-8");
    const char32_t c = character->code_point;
    if (!valid || c < 0x20 || c == '"' || c == '\\' || (ascii && c >= 0x7f)) {
      append_escape(out, c);
    } else {
      out += text.substr(0, character->length);
    }
    text.remove_prefix(character->length);
  }
  return out + '"';
}

std::string json_unescaped(std::string_view raw, LoneSurrogate lone) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size();) {
    if (raw[i] != '\\') {
      out += raw[i++];
      continue;
    }
    const auto unit = code_unit(raw, i);
    if (!unit) {
      out += simple_escape(raw[i + 1]);
      i += 2;
      continue;
    }
    i += 6;
    const auto next = is_first_half(*unit) ? code_unit(raw, i) : std::nullopt;
    if (next && is_second_half(*next)) {
      append_utf8(out, 0x10000 + ((*unit - 0xd800) << 10U) + (*next - 0xdc00));
      i += 6;
    } else {
      const bool replaced =
          lone == LoneSurrogate::replace && (is_first_half(*unit) || is_second_half(*unit));
      append_utf8(out, replaced ? 0xfffd : *unit);
    }
  }
  return out;
}

}  // namespace slotflow
