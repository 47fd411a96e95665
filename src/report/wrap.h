// Breaks lines that are wider than the terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slotflow {

// Returns `text` with its lines broken at spaces, so that each takes at most `columns` on a
// terminal. 0: a line can have any width. A new line begins with `indent` spaces. A word that is
// wider, such as a URL, stays whole, so that it can be copied. SGR sequences (see report/style.h)
// take no columns.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent);

// Returns how many columns `text` takes, without its SGR sequences.
std::size_t styled_width(std::string_view text);

}  // namespace slotflow
