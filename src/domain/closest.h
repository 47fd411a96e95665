// "Did you mean": the nearest match of a mistyped word among the valid ones.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

// The choice with the least edit distance (a swap of neighbours counts as one), ignoring case;
// empty when none is near enough to be what was meant.
std::string closest_match(std::string_view word, const std::vector<std::string>& choices);

// Throws Error{usage}: "<what>: expected a, b or c, got 'word'", with a hint naming the nearest.
[[noreturn]] void throw_unknown_choice(std::string_view what, std::string_view word,
                                       const std::vector<std::string>& choices);

}  // namespace slotflow
