// "Did you mean": finds the valid word that is closest to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

// Returns the choice with the smallest edit distance (a swap of neighbours counts as one), ignoring
// case; empty if none is close enough.
std::string closest_match(std::string_view word, const std::vector<std::string>& choices);

// Throws Error{usage}: "<what>: expected a, b or c, got 'word'", with a hint that names
// the closest.
[[noreturn]] void throw_unknown_choice(std::string_view what, std::string_view word,
                                       const std::vector<std::string>& choices);

}  // namespace slotflow
