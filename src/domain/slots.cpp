#include "domain/slots.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "domain/calendar_date.h"
#include "domain/invalid_field.h"

namespace slotflow {
namespace {

using std::chrono::days;
using std::chrono::local_days;

void append_slots_of_day(std::vector<TimeSpan>& slots, const Schedule& schedule, local_days day,
                         std::chrono::minutes duration) {
  // The end of the longest part in which a slot starts, by its minute of the day; 0: none starts.
  std::array<TimeOfDay, kEndOfDay.count()> end_by_start{};
  for (const DayPart& part : schedule.open_parts(Date(day))) {
    for (TimeOfDay start = part.start; start < part.end; start += duration) {
      TimeOfDay& end = end_by_start[static_cast<std::size_t>(start.count())];
      end = std::max(end, part.end);
    }
  }
  for (std::size_t i = 0; i < end_by_start.size(); ++i) {
    if (end_by_start[i] == TimeOfDay(0)) continue;
    const auto start = schedule.zone.to_utc(day + std::chrono::minutes(i));
    if (start && *start + duration <= schedule.zone.to_utc_or_next(day + end_by_start[i])) {
      slots.push_back({*start, *start + duration});
    }
  }
}

// Removes the slots that overlap one of the spans. All slots are of one length.
void remove_overlapping(std::vector<TimeSpan>& slots, std::vector<TimeSpan> spans) {
  std::ranges::sort(spans, {}, &TimeSpan::start);
  auto next = spans.begin();
  Timestamp occupied_until = Timestamp::min();
  std::erase_if(slots, [&](const TimeSpan& slot) {
    for (; next != spans.end() && next->start < slot.end; ++next) {
      occupied_until = std::max(occupied_until, next->end);
    }
    return occupied_until > slot.start;
  });
}

}  // namespace

DateRange parse_date_range(std::string_view date_from, std::string_view date_to) {
  const DateRange range{local_days(require_date("date_from", date_from)),
                        local_days(require_date("date_to", date_to))};
  if (range.last < range.first) {
    throw_invalid("date_to", "a date not before " + std::string(date_from), date_to);
  }
  if (range.last - range.first >= kLongestRange) {
    throw_invalid(
        "date_to",
        "at most " + std::to_string(kLongestRange.count()) + " days from " + std::string(date_from),
        date_to);
  }
  return range;
}

TimeSpan span_of(const DateRange& range, const Zone& zone) {
  return {zone.to_utc_or_next(range.first), zone.to_utc_or_next(range.last + days(1))};
}

std::vector<TimeSpan> free_slots(const Schedule& schedule, const DateRange& range,
                                 std::chrono::minutes duration, std::vector<TimeSpan> booked) {
  std::vector<TimeSpan> slots;
  for (local_days day = range.first; day <= range.last; day += days(1)) {
    append_slots_of_day(slots, schedule, day, duration);
  }
  // Where clocks go back at midnight, a part of a day comes after the start of the next one.
  remove_overlapping(slots, schedule.blocked(range.first - days(1), range.last + days(1)));
  remove_overlapping(slots, std::move(booked));
  return slots;
}

}  // namespace slotflow
