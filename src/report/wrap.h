// Breaks lines that are wider than the terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "report/style.h"

namespace slotflow {

// Returns `text` with its lines broken at spaces, so that each takes at most `columns` on a
// terminal. 0: a line can have any width. A new line begins with `indent` spaces. A word that is
// wider, such as a URL, stays whole, so that it can be copied. SGR sequences (see report/style.h)
// take no columns.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent);

// As above, for one line to the user. What is in single quotes stays whole, too, and so does a
// command of this program, so that it can be copied.
std::string wrapped_message(std::string_view line, std::size_t columns);

// Returns `text` as a line, or several if the terminal is narrower, that begin with `indent`
// spaces.
std::string indented(std::string_view text, const Style& style, std::size_t indent = 4);

// Returns how many columns `text` takes, without its SGR sequences.
std::size_t styled_width(std::string_view text);

}  // namespace slotflow
