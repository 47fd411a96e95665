// An organisation in a temporary folder, for tests.
#pragma once

#include <string>

#include "store/organisation.h"
#include "support/histories.h"
#include "support/schedules.h"
#include "support/temp_dir.h"

namespace slotflow::test {

// Ids are "<prefix>1", "<prefix>2" and so on.
inline Organisation open_organisation(const std::string& path, const std::string& prefix = "id") {
  return Organisation(path, kHistoryTime, {}, ZoneFiles(),
                      [prefix, last = 0]() mutable { return prefix + std::to_string(++last); });
}

inline AvailabilityRules office_hours() {
  using std::chrono::hours;
  return {{1, 2, 3, 4, 5}, {hours(9), hours(17)}, {30, 60}};
}

inline const NewHuman kAda{.name = "Ada", .timezone = "America/New_York"};

// 2026-03-16 is a Monday, and New York has daylight saving time.
inline NewBooking booking_at(const std::string& human_id, std::string_view start,
                             int duration = 30) {
  return {.human_id = human_id,
          .starts_at = time_at(start),
          .duration = duration,
          .attendee_name = "Bob"};
}

}  // namespace slotflow::test
