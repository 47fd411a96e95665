// Quotes text from outside in error messages.
#pragma once

#include <string>
#include <string_view>

namespace slotflow {

// Returns 'text', harmless on a terminal: hidden characters (see is_hidden()) and bytes that are
// not UTF-8 become \xNN. Text over 120 bytes is cut and ends in "...".
std::string in_quotes(std::string_view text);

}  // namespace slotflow
