// UTF-8 (RFC 3629), one character at a time, without a locale.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
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

// Appends the character, or the three bytes that a surrogate would have.
void append_utf8(std::string& out, char32_t c);

// Returns `bytes` as text in which each byte is the character of Latin-1 that it stands for: one of
// the first 256.
std::string from_latin1(std::string_view bytes);

// Editors on Windows begin files with it (U+FEFF).
inline constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Returns whether a terminal obeys the character instead of showing it, or shows nothing: controls
// (C0, DEL and C1; a terminal that reads UTF-8 takes U+009B as ESC [), Unicode's Bidi_Control
// characters ("Trojan Source", CVE-2021-42574), the line and paragraph separators, the byte order
// mark, which many parsers reject, and the other characters without a width that join nothing, such
// as U+200B and the tags.
constexpr bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x034f || c == 0x061c ||
         c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 || c == 0x180e || c == 0x200b ||
         c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0x3164 || c == 0xfeff || c == 0xffa0 ||
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0x1d173 && c <= 0x1d17a) ||
         (c >= 0xe0000 && c <= 0xe007f);
}

// As above, for a character after `before`. Joiners and variation selectors change the emoji or the
// letter before them, as in Persian; after ASCII, they change nothing that one could see.
constexpr bool is_hidden(char32_t c, char32_t before) {
  const bool shapes =
      c == 0x200c || c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
  return is_hidden(c) || (shapes && before < 0x80);
}

}  // namespace slotflow
