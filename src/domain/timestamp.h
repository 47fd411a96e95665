// Moments: UTC, to the millisecond, written as Slotflow writes them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slotflow {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

// 2026-03-10T14:05:00.000Z
std::string to_iso8601(Timestamp t);
void append_iso8601(std::string& text, Timestamp t);  // the same at the end of `text`

// 2026-03-10 14:05 UTC: for people.
std::string to_readable_utc(Timestamp t);

// ISO 8601 with Z or an offset (+01:00); seconds and their fraction may be left out.
std::optional<Timestamp> parse_iso8601(std::string_view text);

// ISO 8601, or Unix seconds. Throws Error{usage} naming `option`.
Timestamp parse_time_argument(std::string_view option, std::string_view text);

std::int64_t unix_seconds(Timestamp t);  // rounds down
Timestamp from_unix_seconds(std::int64_t seconds);

}  // namespace slotflow
