#include "domain/availability.h"

#include <algorithm>
#include <string>

#include "domain/invalid_field.h"

namespace slotflow {

bool AvailabilityRules::works_on(Date date) const {
  return std::ranges::count(working_days, weekday_number(date)) > 0;
}

bool AvailabilityRules::allows(std::chrono::minutes duration) const {
  return std::ranges::count(meeting_durations, duration.count()) > 0;
}

void require_weekdays(const std::string& field, const std::vector<int>& days) {
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (days[i] >= 1 && days[i] <= 7) continue;
    throw_invalid(field + "[" + std::to_string(i) + "]", "a weekday from 1 (Monday) to 7 (Sunday)",
                  std::to_string(days[i]));
  }
}

void validate(const AvailabilityRules& rules) {
  require_weekdays("working_days", rules.working_days);
  require_order("work_end", rules.work);
  if (rules.meeting_durations.empty()) {
    throw_invalid("meeting_durations", "at least one duration in minutes", "[]");
  }
  for (std::size_t i = 0; i < rules.meeting_durations.size(); ++i) {
    const int duration = rules.meeting_durations[i];
    if (duration >= 1 && duration <= kEndOfDay.count()) continue;
    throw_invalid("meeting_durations[" + std::to_string(i) + "]", "1 to 1440 minutes",
                  std::to_string(duration));
  }
}

}  // namespace slotflow
