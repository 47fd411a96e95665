// When a person works, and how long their meetings are.
#pragma once

#include <chrono>
#include <vector>

#include "domain/local_clock.h"
#include "domain/time_of_day.h"

namespace slotflow {

// Slotflow's AvailabilityRules. Days and durations are as they were sent, in their order.
struct AvailabilityRules {
  std::vector<int> working_days;       // 1 is Monday, 7 is Sunday
  DayPart work;                        // on each working day
  std::vector<int> meeting_durations;  // minutes

  bool works_on(Date date) const;
  bool allows(std::chrono::minutes duration) const;
};

// Throws Error{validation_error} that names the field. There may be no working days: then only
// overrides open some.
void validate(const AvailabilityRules& rules);

// The number of a weekday in Slotflow's API: 1 is Monday, 7 is Sunday.
inline int weekday_number(Date date) {
  return static_cast<int>(std::chrono::weekday(std::chrono::local_days(date)).iso_encoding());
}

// Throws Error{validation_error} that starts with `field` if a day is not 1 to 7.
void require_weekdays(const std::string& field, const std::vector<int>& days);

}  // namespace slotflow
