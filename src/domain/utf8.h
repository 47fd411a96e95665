// UTF-8 (RFC 3629), one character at a time, without a locale.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace slotflow {

struct Utf8Character {
  char32_t code_point = 0;
  std::size_t length = 1;  // in bytes
};

// Returns the character that `bytes` starts with; nullopt if they are empty or do not start with
// valid UTF-8 (overlong forms, surrogates, above U+10FFFF, cut short).
std::optional<Utf8Character> first_character(std::string_view bytes);

// Returns at most `limit` characters from the start of `bytes`; a byte that is not UTF-8 counts as
// one.
std::string_view first_characters(std::string_view bytes, std::size_t limit);

// Returns at most `limit` bytes from the start of `bytes`, without part of a character at their
// end.
std::string_view utf8_prefix(std::string_view bytes, std::size_t limit);

bool is_utf8(std::string_view bytes);

// Editors on Windows begin files with it (U+FEFF).
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Returns whether a terminal obeys the character instead of showing it, or shows nothing: controls
// (C0, DEL and C1; a terminal that reads UTF-8 takes U+009B as ESC [), Unicode's Bidi_Control
// characters ("Trojan Source", CVE-2021-42574), the line and paragraph separators, and the byte
// order mark, which many parsers reject.
constexpr bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x061c || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

}  // namespace slotflow
