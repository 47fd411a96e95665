// Durations as people type and read them: 250ms, 10s, 1h30m.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

using Duration = std::chrono::milliseconds;

// The longest duration that an option accepts. Added to the time of any clock, even in nanoseconds,
// it fits into 64 bits.
inline constexpr Duration kLongestDuration = std::chrono::hours(10 * 365 * 24);

struct DurationRange {
  Duration min{0};
  Duration max{0};  // inclusive, never below min
  bool operator==(const DurationRange&) const = default;
};

// Parses a sum of numbers with the units ms, s, m, h and d. A number without a unit is in seconds;
// a number may have a fraction (1.5s). At most 10 years, and not below 0 unless `allow_negative`.
// Throws Error{usage}:
// "--timeout: expected a duration such as 250ms, 10s or 1h30m, got 'x'".
Duration parse_duration(std::string_view option, std::string_view text,
                        bool allow_negative = false);

// As parse_duration(), above 0.
Duration parse_positive_duration(std::string_view option, std::string_view text);

// Parses one duration, or two with ".." between them.
DurationRange parse_duration_range(std::string_view option, std::string_view text);

// Parses comma-separated durations, at least one.
std::vector<Duration> parse_duration_list(std::string_view option, std::string_view text);

// Returns the shortest exact form that parse_duration() accepts: 1.5s for 1500 ms, 1h30m for 90
// min.
std::string to_string(Duration d);
// As to_string(), but a duration of two days or more is in whole days: "20783 days".
std::string in_words(Duration d);

}  // namespace slotflow
