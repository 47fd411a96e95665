// Makes text from the network or a file harmless for a terminal; all such text is escaped here
// before it is shown. Control characters (C0, DEL, C1), characters that reorder or hide text
// (see is_hidden() in domain/utf8.h) and bytes that are not UTF-8 become visible, so that two texts
// which differ look different.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slotflow {

// Escapes text within a line: \n, \r and \t as such, other bytes as \x1b, characters as \u{202e}.
std::string safe_line(std::string_view bytes);

// Escapes as safe_line() does, but keeps newlines and tabs.
std::string safe_text(std::string_view bytes);

// Escapes JSON text in JSON's own notation (\u202e), so that valid JSON stays valid and means the
// same. Only bytes that JSON does not allow become \x1b.
std::string safe_json(std::string_view json);

// Returns safe_line() of the first `max_characters`, with an ellipsis if there are more.
std::string safe_excerpt(std::string_view bytes, std::size_t max_characters);

}  // namespace slotflow
