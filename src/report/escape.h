// Text from the network or a file, made harmless for a terminal: whatever is shown goes through
// here. Control characters (C0, DEL, C1), characters that reorder or hide text (Unicode's bidi
// controls, the line separators, the byte order mark) and bytes that are no UTF-8 become visible.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slotflow {

// For use within a line: \n, \r and \t as such, other bytes as \x1b, characters as \u{202e}.
std::string safe_line(std::string_view bytes);

// As safe_line, but newlines and tabs stay what they are.
std::string safe_text(std::string_view bytes);

// For JSON text: the same characters in JSON's own notation (\u202e), so that valid JSON stays
// valid and means the same. Only what JSON does not allow comes out as \x1b.
std::string safe_json(std::string_view json);

// safe_line of the first `max_characters`, with an ellipsis when there is more.
std::string safe_excerpt(std::string_view bytes, std::size_t max_characters);

}  // namespace slotflow
