#include "domain/yearly_change.h"

#include <utility>

#include "domain/ascii.h"

namespace slotflow {
namespace {

using std::chrono::seconds;

// Consumes the text from its start. If something is not as expected, `ok` becomes and stays false.
struct RuleScanner {
  std::string_view rest;
  bool ok = true;

  bool skip(char c) {
    if (!rest.starts_with(c)) return false;
    rest.remove_prefix(1);
    return true;
  }

  void need(char c) { ok = skip(c) && ok; }

  int number(int least, int most) {
    int value = 0;
    int digits = 0;
    for (; digits < 3 && !rest.empty() && is_digit(rest.front()); ++digits) {
      value = value * 10 + (rest.front() - '0');
      rest.remove_prefix(1);
    }
    ok = ok && digits > 0 && value >= least && value <= most;
    return ok ? value : least;
  }

  // An abbreviation: letters, or anything in angle brackets.
  void name() {
    std::size_t length = 0;
    if (skip('<')) {
      while (length < rest.size() && rest[length] != '>') ++length;
      rest.remove_prefix(length);
      need('>');
    } else {
      while (length < rest.size() && is_letter(rest[length])) ++length;
      rest.remove_prefix(length);
    }
    ok = ok && length >= 3;
  }

  // [+-]hh[:mm[:ss]]
  seconds time() {
    const bool is_negative = skip('-');
    if (!is_negative) skip('+');
    seconds value = std::chrono::hours(number(0, 167));
    if (skip(':')) value += std::chrono::minutes(number(0, 59));
    if (skip(':')) value += seconds(number(0, 59));
    return is_negative ? -value : value;
  }

  YearlyTime day() {
    YearlyTime day{};
    if (skip('M')) {
      day.month = static_cast<unsigned>(number(1, 12));
      need('.');
      day.week = static_cast<unsigned>(number(1, 5));
      need('.');
      day.weekday = static_cast<unsigned>(number(0, 6));
    } else if (skip('J')) {
      day.kind = YearlyTime::Kind::day_without_leap_day;
      day.day = number(1, 365) - 1;
    } else {
      day.kind = YearlyTime::Kind::day_with_leap_day;
      day.day = number(0, 365);
    }
    day.at = skip('/') ? time() : std::chrono::hours(2);
    return day;
  }
};

// What the clocks show that the change is made by.
std::chrono::local_seconds local_time_in(std::chrono::year year, const YearlyTime& time) {
  using std::chrono::local_days;
  if (time.kind == YearlyTime::Kind::weekday_of_month) {
    const std::chrono::weekday weekday(time.weekday);
    const auto month = year / std::chrono::month(time.month);
    if (time.week == 5) return local_days(month / weekday[std::chrono::last]) + time.at;
    return local_days(month / weekday[time.week]) + time.at;
  }
  constexpr int kDaysToMarch = 31 + 28;
  const bool is_later = time.kind == YearlyTime::Kind::day_without_leap_day && year.is_leap() &&
                        time.day >= kDaysToMarch;
  return local_days(year / 1 / 1) + std::chrono::days(time.day + (is_later ? 1 : 0)) + time.at;
}

ZoneChange change_at(std::chrono::local_seconds local, seconds before, seconds after) {
  return {Timestamp(local.time_since_epoch() - before), after};
}

}  // namespace

std::array<ZoneChange, 2> YearlyChange::in(std::chrono::year year) const {
  const ZoneChange begin =
      change_at(local_time_in(year, daylight->begin), standard, daylight->offset);
  const ZoneChange end = change_at(local_time_in(year, daylight->end), daylight->offset, standard);
  if (begin.at < end.at) return {begin, end};
  return {end, begin};
}

std::optional<YearlyChange> parse_yearly_change(std::string_view text) {
  RuleScanner in{text};
  YearlyChange change{};
  in.name();
  change.standard = -in.time();  // POSIX counts to the west
  if (!in.rest.empty()) {
    YearlyChange::Daylight daylight{};
    in.name();
    const bool has_offset = !in.rest.starts_with(',');
    daylight.offset = has_offset ? -in.time() : change.standard + std::chrono::hours(1);
    in.need(',');
    daylight.begin = in.day();
    in.need(',');
    daylight.end = in.day();
    change.daylight = daylight;
  }
  if (!in.ok || !in.rest.empty()) return std::nullopt;
  return change;
}

}  // namespace slotflow
