// Points in time: UTC, in milliseconds, in the form that Slotflow uses.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slotflow {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

// Returns 2026-03-10T14:05:00.000Z.
std::string to_iso8601(Timestamp t);
using Iso8601Text = std::array<char, 24>;
Iso8601Text iso8601_text(Timestamp t);  // as to_iso8601()

// Parses ISO 8601 with Z or an offset (+01:00). Seconds and their fraction are optional.
std::optional<Timestamp> parse_iso8601(std::string_view text);

// Parses ISO 8601 or Unix seconds. Throws Error{usage} that names `option`.
Timestamp parse_time_argument(std::string_view option, std::string_view text);

std::int64_t unix_seconds(Timestamp t);  // rounds down
inline std::int64_t unix_milliseconds(Timestamp t) {
  return t.time_since_epoch().count();
}
// Clamps to the years 1 to 9999.
Timestamp from_unix_seconds(std::int64_t seconds);

}  // namespace slotflow
