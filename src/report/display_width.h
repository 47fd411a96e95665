// The width of text on a terminal.
#pragma once

#include <cstddef>
#include <string_view>

namespace slotflow {

// Returns the columns that `text` takes on a terminal: two for East Asian wide characters and
// emoji, none for combining marks. Needs no locale, so it is the same on every machine.
std::size_t display_width(std::string_view text);

}  // namespace slotflow
