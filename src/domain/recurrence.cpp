#include "domain/recurrence.h"

#include <algorithm>

#include "domain/availability.h"
#include "domain/invalid_field.h"

namespace slotflow {
namespace {

void require_between(std::string_view field, std::optional<int> value, int least, int most) {
  if (!value || (*value >= least && *value <= most)) return;
  throw_invalid(field, "a number from " + std::to_string(least) + " to " + std::to_string(most),
                std::to_string(*value));
}

[[noreturn]] void throw_conflict(const std::string& message) {
  throw Error(ErrorCode::validation_error, message);
}

std::chrono::weeks week_of(Date date) {
  constexpr std::chrono::days kThursday{3};  // 1970-01-01, counted from Monday
  const auto since_monday = std::chrono::local_days(date).time_since_epoch() + kThursday;
  return std::chrono::floor<std::chrono::weeks>(since_monday);
}

int month_number(Date date) {
  return static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month()));
}

int day_in_month(Date date) {
  return static_cast<int>(static_cast<unsigned>(date.day()));
}

bool is_in_week_of_month(Date date, int week) {
  constexpr int kLast = 5;
  const int day = day_in_month(date);
  if (week < kLast) return (day + 6) / 7 == week;
  return day + 7 > day_in_month(date.year() / date.month() / std::chrono::last);
}

}  // namespace

Frequency parse_frequency(std::string_view name) {
  return require_name<Frequency>("recurrence.freq", kFrequencyNames, name);
}

bool RecurrenceRule::selects(Date date, Date start) const {
  const int every = interval.value_or(1);
  if (freq == Frequency::weekly) {
    if ((week_of(date) - week_of(start)).count() % every != 0) return false;
    if (!days || days->empty()) return weekday_number(date) == weekday_number(start);
    return std::ranges::count(*days, weekday_number(date)) > 0;
  }
  if ((month_number(date) - month_number(start)) % every != 0) return false;
  if (week && day) return weekday_number(date) == *day && is_in_week_of_month(date, *week);
  return day_in_month(date) == day_of_month.value_or(day_in_month(start));
}

void validate(const RecurrenceRule& rule) {
  require_between("recurrence.interval", rule.interval, 1, 1000);
  if (rule.days) require_weekdays("recurrence.days", *rule.days);
  require_between("recurrence.day_of_month", rule.day_of_month, 1, 31);
  require_between("recurrence.week", rule.week, 1, 5);
  require_between("recurrence.day", rule.day, 1, 7);
  if (rule.freq == Frequency::weekly) return;
  if (rule.week && !rule.day) throw_conflict("recurrence.week requires recurrence.day");
  if (rule.day && !rule.week) throw_conflict("recurrence.day requires recurrence.week");
  if (rule.week && rule.day_of_month) {
    throw_conflict("recurrence.day_of_month cannot be combined with recurrence.week");
  }
}

}  // namespace slotflow
