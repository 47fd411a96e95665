// Exceptions from the days and hours in which a person works.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "domain/local_clock.h"
#include "domain/recurrence.h"
#include "domain/time_of_day.h"
#include "domain/timestamp.h"

namespace slotflow {

enum class OverrideType { block, open };

inline constexpr std::array<std::string_view, 2> kOverrideTypeNames{"block", "open"};
inline constexpr std::string_view to_string(OverrideType type) {
  return kOverrideTypeNames[static_cast<std::size_t>(type)];
}
// Throws Error{validation_error} that lists the valid names.
OverrideType parse_override_type(std::string_view name);

// When an override applies.
struct OverrideTimes {
  OverrideType type = OverrideType::block;
  std::optional<DayPart> part = {};  // of each of its days; nullopt: all day
  Date start_date = {};
  std::optional<Date> end_date =
      {};  // inclusive; nullopt: that of the start, or no end if it recurs
  std::optional<RecurrenceRule> recurrence = {};

  bool applies_on(Date date) const;
  DayPart part_of_day() const { return part.value_or(DayPart{TimeOfDay(0), kEndOfDay}); }
};

// Slotflow's ScheduleOverride.
struct ScheduleOverride {
  std::string id;
  std::string human_id;
  std::string title;
  OverrideTimes times;
  Timestamp created_at;
};

// Throws Error{validation_error} that names the field.
void validate(const OverrideTimes& times);

}  // namespace slotflow
