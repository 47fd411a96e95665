// Quotes text from outside in error messages and in commands to copy.
#pragma once

#include <string>
#include <string_view>

namespace slotflow {

// Returns 'text', harmless on a terminal: hidden characters (see is_hidden()) and bytes that are
// not UTF-8 become \xNN. Text over 120 bytes is cut and ends in "...".
std::string in_quotes(std::string_view text);

// Returns `text` in single quotes, as one word of a POSIX shell.
std::string shell_word(std::string_view text);
// Returns `text` itself if it is one word of every shell as it is, else shell_word().
std::string shell_argument(std::string_view text);
// Returns the path of a file as such a word that is no option: "./-x" for "-x".
std::string file_argument(std::string_view path);

}  // namespace slotflow
