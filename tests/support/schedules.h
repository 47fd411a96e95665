// The person of Slotflow's documented example.
#pragma once

#include "domain/schedule.h"
#include "support/zones.h"

namespace slotflow::test {

inline OverrideTimes weekly(OverrideType type, int day, DayPart part) {
  return {.type = type,
          .part = part,
          .start_date = std::chrono::year{2026} / 3 / 1,
          .recurrence = RecurrenceRule{.days = {{day}}}};
}

// In New York: works from Monday to Friday, 09:00 to 17:00, but on Tuesday from 14:00 to 15:00;
// open on Saturday from 10:00 to 14:00.
inline Schedule documented_schedule() {
  using std::chrono::hours;
  return {new_york(),
          {{1, 2, 3, 4, 5}, {hours(9), hours(17)}, {30}},
          {weekly(OverrideType::block, 2, {hours(14), hours(15)}),
           weekly(OverrideType::open, 6, {hours(10), hours(14)})}};
}

inline Timestamp time_at(std::string_view text) {
  return parse_iso8601(text).value();
}

inline TimeSpan meeting_at(std::string_view start, int minutes) {
  return {time_at(start), time_at(start) + std::chrono::minutes(minutes)};
}

}  // namespace slotflow::test
