// Breaks paragraphs into lines that fit a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace slotflow {

// Breaks `text` at its single spaces into lines that end before column 80. The first line begins
// at column `indent`; the others have as many spaces in front. A longer word has its own line.
// `text` must be terminal-safe. No line break at the end.
std::string wrapped(std::string_view text, std::size_t indent);

// Returns whether `text` fits a line after `indent` columns.
bool fits(std::string_view text, std::size_t indent);

}  // namespace slotflow
