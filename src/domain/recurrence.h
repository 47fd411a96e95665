// On which days something happens again and again.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/local_clock.h"

namespace slotflow {

enum class Frequency { weekly, monthly };

inline constexpr std::array<std::string_view, 2> kFrequencyNames{"weekly", "monthly"};
inline constexpr std::string_view to_string(Frequency frequency) {
  return kFrequencyNames[static_cast<std::size_t>(frequency)];
}
// Throws Error{validation_error} that lists the valid names.
Frequency parse_frequency(std::string_view name);

// Slotflow's RecurrenceRule. Fields that were not sent are empty; what they mean then is said here.
struct RecurrenceRule {
  Frequency freq = Frequency::weekly;
  std::optional<int> interval = {};           // 2: every other week or month; 1 by default
  std::optional<std::vector<int>> days = {};  // weekly; the weekday of the start by default
  std::optional<int> day_of_month = {};       // monthly; that of the start by default
  std::optional<int> week = {};               // monthly, with `day`: 1 to 5, 5 is the last one
  std::optional<int> day = {};                // 1 is Monday, 7 is Sunday

  // Returns whether the rule of something that starts on `start`, or later, selects `date`. Weeks
  // begin on Monday, and are counted from that of `start`, as months are. A month without the day
  // is left out.
  bool selects(Date date, Date start) const;
};

// Throws Error{validation_error} that names the field.
void validate(const RecurrenceRule& rule);

}  // namespace slotflow
