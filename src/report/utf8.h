// UTF-8, one character at a time: what escaping, cutting and aligning text have in common.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace slotflow {

struct Utf8Character {
  char32_t code_point = 0;
  std::size_t length = 1;  // in bytes
};

// The character that `bytes` starts with; nothing when they are empty or start with what is no
// UTF-8 by RFC 3629 (overlong forms, surrogates, above U+10FFFF, cut short).
std::optional<Utf8Character> first_character(std::string_view bytes);

// At most `limit` characters from the start of `bytes`; a byte that is no UTF-8 counts as one.
std::string_view first_characters(std::string_view bytes, std::size_t limit);

// Columns that `text` takes on a terminal: two for East Asian wide characters and emoji, none for
// combining marks. Needs no locale, so it is the same on every machine.
std::size_t display_width(std::string_view text);

}  // namespace slotflow
