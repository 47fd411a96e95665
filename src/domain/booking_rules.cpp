#include "domain/booking_rules.h"

#include <algorithm>

#include "domain/text.h"

namespace slotflow {
namespace {

using std::chrono::days;
using std::chrono::local_days;

// The days whose parts can have something to do with the meeting. Where clocks go back at midnight,
// a day ends after the start of the next one.
std::vector<local_days> days_around(const Schedule& schedule, const TimeSpan& meeting) {
  const auto day_of = [&](Timestamp t) {
    return std::chrono::floor<days>(schedule.zone.to_local(t));
  };
  std::vector<local_days> around;
  const local_days last = day_of(meeting.end) + days(1);
  for (local_days day = day_of(meeting.start) - days(1); day <= last; day += days(1)) {
    around.push_back(day);
  }
  return around;
}

bool is_open(const Schedule& schedule, const std::vector<local_days>& around,
             const TimeSpan& meeting) {
  return std::ranges::any_of(around, [&](local_days day) {
    return std::ranges::any_of(schedule.open_parts(Date(day)), [&](const DayPart& part) {
      return schedule.span_of(day, part).covers(meeting);
    });
  });
}

bool overlaps_any(const std::vector<TimeSpan>& spans, const TimeSpan& meeting) {
  return std::ranges::any_of(spans, [&](const TimeSpan& span) { return span.overlaps(meeting); });
}

}  // namespace

std::optional<ErrorCode> booking_refusal(const Schedule& schedule, const TimeSpan& meeting,
                                         const std::vector<TimeSpan>& booked) {
  const auto duration = std::chrono::floor<std::chrono::minutes>(meeting.end - meeting.start);
  if (!schedule.rules.allows(duration)) return ErrorCode::invalid_duration;
  const std::vector<local_days> around = days_around(schedule, meeting);
  if (!is_open(schedule, around, meeting)) return ErrorCode::outside_working_hours;
  if (overlaps_any(schedule.blocked(around.front(), around.back()), meeting)) {
    return ErrorCode::schedule_blocked;
  }
  if (overlaps_any(booked, meeting)) return ErrorCode::slot_unavailable;
  return std::nullopt;
}

std::string refusal_message(ErrorCode code, const AvailabilityRules& rules) {
  switch (code) {
    case ErrorCode::invalid_duration: {
      std::vector<std::string> durations;
      for (const int duration : rules.meeting_durations) {
        durations.push_back(std::to_string(duration));
      }
      return durations.empty() ? "duration: this human has no meeting durations yet"
                               : "duration: expected " + joined(durations, ", ", " or ") +
                                     " minutes, as this human's meeting_durations say";
    }
    case ErrorCode::outside_working_hours:
      return "The requested time is outside of the human's working hours.";
    case ErrorCode::schedule_blocked:
      return "The requested time is blocked by a schedule override.";
    default:
      return "The requested slot is no longer available.";
  }
}

}  // namespace slotflow
