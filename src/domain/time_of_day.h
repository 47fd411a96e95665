// Times of day in the form that Slotflow uses: 09:30.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace slotflow {

// Since midnight, by the clocks of a zone: 00:00 to 24:00, the midnight at the end of the day.
using TimeOfDay = std::chrono::minutes;

inline constexpr TimeOfDay kEndOfDay = std::chrono::hours(24);

std::optional<TimeOfDay> parse_time_of_day(std::string_view text);
std::string time_of_day_text(TimeOfDay time);

// As parse_time_of_day(), but throws Error{validation_error} that starts with `field`.
TimeOfDay require_time_of_day(std::string_view field, std::string_view text);

// A part of a day, from `start` until just before `end`.
struct DayPart {
  TimeOfDay start;
  TimeOfDay end;

  bool operator==(const DayPart&) const = default;
};

// Throws Error{validation_error} that starts with `field`, the one of the end, if `end` is not
// after `start`: a part of a day cannot reach into the next one.
void require_order(std::string_view field, const DayPart& part);

}  // namespace slotflow
