// Words that are not ours, inside error texts.
#pragma once

#include <string>
#include <string_view>

namespace slotflow {

// 'text', harmless on a terminal: control characters, direction overrides and bytes that are no
// UTF-8 become \xNN, and what is longer than 120 bytes ends in "...".
std::string in_quotes(std::string_view text);

}  // namespace slotflow
