// When a person can be booked, apart from their bookings.
#pragma once

#include <vector>

#include "domain/availability.h"
#include "domain/local_clock.h"
#include "domain/schedule_override.h"
#include "domain/time_of_day.h"
#include "domain/time_span.h"
#include "domain/zone.h"

namespace slotflow {

struct Schedule {
  Zone zone;
  AvailabilityRules rules;
  std::vector<OverrideTimes> overrides;

  // Returns the parts of a day on which the person works, or which an override opens. They may
  // overlap; none is there twice.
  std::vector<DayPart> open_parts(Date date) const;
  // Returns when overrides block the days from `first` to `last`, in no order.
  std::vector<TimeSpan> blocked(std::chrono::local_days first, std::chrono::local_days last) const;
  // Returns the time of a part of a day. It is empty where clocks skip the part.
  TimeSpan span_of(std::chrono::local_days day, const DayPart& part) const;
};

}  // namespace slotflow
