// Spans of time as people type and read them: 250ms, 10s, 1h30m.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

using Duration = std::chrono::milliseconds;

// Nothing that can be asked for takes longer. Added to the time of any clock, in nanoseconds too,
// it stays within 64 bits.
inline constexpr Duration kLongestDuration = std::chrono::hours(10 * 365 * 24);

struct DurationRange {
  Duration min{0};
  Duration max{0};  // inclusive, never below min
  bool operator==(const DurationRange&) const = default;
};

// A sum of numbers with the units ms, s, m, h; a bare number means seconds; a number may have a
// fraction (1.5s). Negative only where `allow_negative`. At most 10 years. Throws Error{usage}:
// "--timeout: expected a duration such as 250ms, 10s or 1h30m, got 'x'".
Duration parse_duration(std::string_view option, std::string_view text,
                        bool allow_negative = false);

// As parse_duration(), above 0.
Duration parse_positive_duration(std::string_view option, std::string_view text);

// One duration, or two with ".." between them.
DurationRange parse_duration_range(std::string_view option, std::string_view text);

// Comma separated durations, at least one.
std::vector<Duration> parse_duration_list(std::string_view option, std::string_view text);

// The shortest exact form that parse_duration reads back: 1500 ms is 1.5s, 90 min is 1h30m.
std::string to_string(Duration d);

}  // namespace slotflow
