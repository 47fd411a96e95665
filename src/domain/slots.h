// The times at which a person can be booked.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "domain/local_clock.h"
#include "domain/schedule.h"
#include "domain/time_span.h"

namespace slotflow {

// Days by the clocks of the person, both inclusive.
struct DateRange {
  std::chrono::local_days first;
  std::chrono::local_days last;
};

inline constexpr std::chrono::days kLongestRange{366};

// Parses the fields date_from and date_to. Throws Error{validation_error} that names the field if a
// date is invalid, the last one is before the first one, or the range is too long.
DateRange parse_date_range(std::string_view date_from, std::string_view date_to);

// Returns the time in which bookings can overlap the slots of the range.
TimeSpan span_of(const DateRange& range, const Zone& zone);

// Returns the free slots that start on the days of the range, in the order of time: those of each
// open part of a day, one after the other from its start as long as they end in it, without those
// that overlap a blocked time or one of `booked`. What clocks skip has no slot, and what they show
// twice has slots at the first time.
std::vector<TimeSpan> free_slots(const Schedule& schedule, const DateRange& range,
                                 std::chrono::minutes duration, std::vector<TimeSpan> booked);

}  // namespace slotflow
