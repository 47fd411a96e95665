#include "domain/schedule.h"

#include <algorithm>
#include <tuple>

namespace slotflow {

std::vector<DayPart> Schedule::open_parts(Date date) const {
  std::vector<DayPart> parts;
  if (rules.works_on(date)) parts.push_back(rules.work);
  for (const OverrideTimes& times : overrides) {
    if (times.type == OverrideType::open && times.applies_on(date)) {
      parts.push_back(times.part_of_day());
    }
  }
  std::ranges::sort(parts, {}, [](const DayPart& part) { return std::tie(part.start, part.end); });
  const auto repeated = std::ranges::unique(parts);
  parts.erase(repeated.begin(), repeated.end());
  return parts;
}

std::vector<TimeSpan> Schedule::blocked(std::chrono::local_days first,
                                        std::chrono::local_days last) const {
  std::vector<TimeSpan> spans;
  for (const OverrideTimes& times : overrides) {
    if (times.type != OverrideType::block) continue;
    for (auto day = first; day <= last; day += std::chrono::days(1)) {
      if (!times.applies_on(Date(day))) continue;
      const TimeSpan span = span_of(day, times.part_of_day());
      if (span.start < span.end) spans.push_back(span);
    }
  }
  return spans;
}

TimeSpan Schedule::span_of(std::chrono::local_days day, const DayPart& part) const {
  return {zone.to_utc_or_next(day + part.start), zone.to_utc_or_next(day + part.end)};
}

}  // namespace slotflow
