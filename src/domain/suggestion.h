// What people probably meant by a value that is written in another notation.
#pragma once

#include <string>
#include <string_view>

namespace slotflow {

// Each returns the value in our notation, or "" if nothing can be suggested. The caller must still
// check that it is in range.

// "10m" for "10min", "10 min" and "10 minutes"; "1m30s" for "1m30"; "1.5s" for "1,5s".
std::string suggested_duration(std::string_view text);
// "0.5" for "50%", "50 %", "50" and "0,5".
std::string suggested_probability(std::string_view text);
// "1MB" for "1mb" and "1 MB"; "1MiB" for "1M".
std::string suggested_size(std::string_view text);

// Returns "did you mean '10m'?", or "" if there is no suggestion.
std::string did_you_mean(std::string_view suggestion);

}  // namespace slotflow
