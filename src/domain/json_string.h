// The escapes of JSON strings.
#pragma once

#include <string>
#include <string_view>

namespace slotflow {

// What becomes of a lone surrogate ("\ud83c"), which UTF-8 cannot hold: U+FFFD, or the three bytes
// that it would have in UTF-8, for comparisons.
enum class LoneSurrogate { replace, keep };

// Returns the text of a valid JSON string that is given without its quotes.
std::string json_unescaped(std::string_view raw, LoneSurrogate lone = LoneSurrogate::replace);

// Returns `text` as a JSON string with its quotes, in which no more is escaped than must be, or,
// with `ascii`, all that is not ASCII. `text` is UTF-8, in which json_unescaped() may have kept
// lone surrogates: they are escaped.
std::string json_quoted(std::string_view text, bool ascii);

}  // namespace slotflow
