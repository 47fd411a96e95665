// Whether the handler accepts bookings at every time.
#include <utility>

#include "conformance/booking_events.h"
#include "conformance/driver.h"
#include "conformance/sources.h"

namespace slotflow::payload_times {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::string_view kOverview = "Slotflow's API reference, overview";
constexpr std::string_view kBookings = "Slotflow's API reference and SDKs, bookings";
constexpr std::string_view kAnyTimeRule =
    "starts_at and ends_at are ISO 8601 in UTC. Our reading: a booking can be at any time.";
constexpr std::string_view kAnyTime = "payload.any-time";
constexpr std::string_view kFarAhead = "payload.far-ahead";
constexpr std::string_view kAnyTimeOrFarAhead = "payload.any-time and payload.far-ahead";

struct Span {
  Timestamp starts_at;
  minutes length{30};
};

Json booking(Driver& driver, const Span& span) {
  Json event = driver.event();
  event["data"]["starts_at"] = to_iso8601(span.starts_at);
  event["data"]["ends_at"] = to_iso8601(span.starts_at + span.length);
  event["data"]["duration_minutes"] = span.length.count();
  return event;
}

sys_days today(const Driver& driver) {
  return std::chrono::floor<days>(driver.clock().now());
}

// Returns the first such day after tomorrow. Keeps away from the end of a year and of February,
// which have checks of their own.
sys_days coming(const Driver& driver, std::chrono::weekday weekday) {
  sys_days day = today(driver) + days(2);
  const auto is_unusual = [&] {
    const year_month_day date(day);
    const auto number = static_cast<unsigned>(date.day());
    return (date.month() == std::chrono::December && number >= 30) ||
           (date.month() == std::chrono::February && number >= 28);
  };
  while (std::chrono::weekday(day) != weekday || is_unusual()) day += days(1);
  return day;
}

sys_days coming_tuesday(const Driver& driver) {
  return coming(driver, std::chrono::Tuesday);
}

// A booking that differs from that of a check only in what the check is about. `see` is the check
// that reports a handler that rejects it.
struct Control {
  Span span;
  std::string_view words;  // "a booking at 00:30"
  std::string_view see;
};

// Sends the booking of a check and, if it is rejected, its control.
Finding accepted_unless(Driver& driver, const Span& span, const Control& control) {
  Finding finding = driver.accepted(booking(driver, span));
  if (finding.verdict != CheckVerdict::failed) return finding;
  const Finding other = driver.accepted(booking(driver, control.span));
  if (other.verdict == CheckVerdict::passed) {
    finding.observed.append(", but ").append(control.words).append(" was accepted");
    return finding;
  }
  return skipped("the handler rejects " + std::string(control.words) + " as well (" +
                 other.observed + "): see " + std::string(control.see));
}

Finding any_time(Driver& driver) {
  const sys_days tuesday = coming_tuesday(driver);
  const std::pair<Span, std::string_view> bookings[] = {
      {{tuesday + 10h + 5min}, "a booking at 10:05 UTC"},
      {{tuesday + 14h + 45min}, "a booking from 14:45 to 15:15 UTC"},
      {{tuesday + 23h + 15min}, "a booking at 23:15 UTC"},
      {{tuesday + 30min}, "a booking at 00:30 UTC"},
      {{tuesday + 5h}, "a booking at 05:00 UTC"},
      {{coming(driver, std::chrono::Saturday) + 10h}, "a booking on a Saturday"},
      {{coming(driver, std::chrono::Sunday) + 10h}, "a booking on a Sunday"},
  };
  return first_failure(
      bookings, [&](const auto& one) { return driver.accepted(booking(driver, one.first)); },
      [](const auto& one) { return one.second; });
}

Finding midnight(Driver& driver) {
  const sys_days tuesday = coming_tuesday(driver);
  return accepted_unless(driver, {tuesday}, {{tuesday + 30min}, "a booking at 00:30", kAnyTime});
}

Finding over_midnight(Driver& driver) {
  const sys_days tuesday = coming_tuesday(driver);
  return accepted_unless(driver, {tuesday + 23h + 45min},
                         {{tuesday + 23h + 15min}, "a booking from 23:15 to 23:45", kAnyTime});
}

Finding last_day_of_year(Driver& driver) {
  const year_month_day soon(today(driver) + days(2));
  const sys_days last = soon.year() / std::chrono::December / 31;
  return accepted_unless(driver, {last + 11h},
                         {{last - days(1) + 11h}, "a booking on 30 December", kFarAhead});
}

Finding leap_day(Driver& driver) {
  std::chrono::year year = year_month_day(today(driver)).year() + std::chrono::years(1);
  while (!year.is_leap()) ++year;
  const sys_days leap = year / std::chrono::February / 29;
  const std::string words = "a booking on 28 February " + std::to_string(static_cast<int>(year));
  return accepted_unless(driver, {leap + 10h}, {{leap - days(1) + 10h}, words, kFarAhead});
}

// A change to or from daylight saving time. At the end of it, an hour of local time comes twice.
struct ClockChange {
  std::string_view words;
  std::chrono::month month;
  unsigned sunday;        // the number of the Sunday in its month; 0 is the last
  std::chrono::hours at;  // in UTC

  sys_days day_in(std::chrono::year year) const {
    if (sunday == 0) return year / month / std::chrono::Sunday[std::chrono::last];
    return year / month / std::chrono::Sunday[sunday];
  }
};
constexpr ClockChange kClockChanges[] = {
    {"the end of daylight saving time in Europe", std::chrono::October, 0, 1h},
    {"its beginning in Europe", std::chrono::March, 0, 1h},
    {"its end in New York", std::chrono::November, 1, 6h},
    {"its beginning in New York", std::chrono::March, 2, 7h},
    {"its end in Los Angeles", std::chrono::November, 1, 9h},
};

// The booking begins before the change and ends after it.
Finding clock_change(Driver& driver) {
  const sys_days soon = today(driver) + days(2);
  return first_failure(
      kClockChanges,
      [&](const ClockChange& change) {
        const std::chrono::year year = year_month_day(soon).year();
        const sys_days this_year = change.day_in(year);
        const sys_days day =
            this_year >= soon ? this_year : change.day_in(year + std::chrono::years(1));
        const Timestamp start = day + change.at - 15min;
        return accepted_unless(driver, {start},
                               {{start + days(7)}, "a booking a week later", kAnyTimeOrFarAhead});
      },
      [](const ClockChange& change) { return "a booking over " + std::string(change.words); });
}

Finding far_ahead(Driver& driver) {
  const sys_days tuesday = coming_tuesday(driver);
  constexpr std::pair<int, std::string_view> kWeeks[] = {
      {15, "a booking in 15 weeks"}, {58, "a booking in 58 weeks"}, {212, "a booking in 4 years"}};
  return first_failure(
      kWeeks,
      [&](const auto& one) {
        return driver.accepted(booking(driver, {tuesday + days(7) * one.first + 10h}));
      },
      [](const auto& one) { return one.second; });
}

// A retry can arrive after the end of the booking. As the other bookings, it is not at a weekend.
Finding past(Driver& driver) {
  return accepted_and_cancelled(driver, booking(driver, {coming_tuesday(driver) - days(21) + 10h}));
}

Finding duration(Driver& driver) {
  const Timestamp nine = coming_tuesday(driver) + 9h;
  constexpr minutes kDurations[] = {1min, 5min, 7min, 50min, 480min, 4320min};
  return first_failure(
      kDurations,
      [&](minutes length) {
        return accepted_unless(driver, {nine, length},
                               {{nine}, "a booking of 30 minutes", "delivery.confirmed"});
      },
      [](minutes length) {
        return "a booking of " + std::to_string(length.count()) +
               (length == 1min ? " minute" : " minutes");
      });
}

// Slotflow: created_at is when the event happened, not when it was sent. The third attempt, 65
// minutes later, has a new signature and the created_at of the first.
Finding third_attempt(Driver& driver) {
  Json event = driver.event();
  event["created_at"] = to_iso8601(driver.clock().now() - 65min);
  return driver.accepted(event);
}

const Check kChecks[] = {
    {{kAnyTime, "accepts a booking at any time of any day", Level::must, kAnyTimeRule, kOverview,
      "accept every time: opening hours and the minutes at which slots start are decided where "
      "bookings are made, and can be in any time zone"},
     any_time},
    {{"payload.midnight", "accepts a booking at midnight", Level::must, kAnyTimeRule, kOverview,
      "parse times with a library, and test whether a time is present, not whether it is truthy: "
      "at midnight the hour is 0"},
     midnight},
    {{"payload.last-day-of-year", "accepts a booking on the last day of a year", Level::must,
      kAnyTimeRule, kOverview,
      "calculate with a date library: the next day may be in the next year"},
     last_day_of_year},
    {{"payload.over-midnight", "accepts a booking that ends on the next day", Level::must,
      kAnyTimeRule, kOverview,
      "compare date and time: the end can have an earlier time of day than the start"},
     over_midnight},
    {{kFarAhead, "accepts a booking far ahead", Level::should, kAnyTimeRule, kOverview,
      "accept bookings that are years ahead: no limit is documented"},
     far_ahead},
    {{"payload.past", "accepts a booking in the past", Level::must,
      "The third attempt is more than an hour after the first. Our reading: the booking can be "
      "over by then.",
      source::kDelivery, "accept bookings that are over: a retry can arrive after the booking"},
     past},
    {{"payload.leap-day", "accepts a booking on 29 February", Level::must, kAnyTimeRule, kOverview,
      "calculate with a date library: the same day does not exist a year later"},
     leap_day},
    {{"payload.clock-change", "accepts a booking over a change of the clocks", Level::must,
      kAnyTimeRule, kOverview,
      "compare and subtract times in UTC: in local time, a booking can end before it starts, when "
      "the clocks go back"},
     clock_change},
    {{"payload.duration", "accepts bookings of 1 minute and of 3 days", Level::should,
      "duration_minutes is a number. Our reading: any number of minutes, as no list is documented.",
      kBookings, "accept any number of minutes: no list of allowed durations is documented"},
     duration},
    {{"payload.third-attempt", "accepts an event that happened 65 minutes ago", Level::must,
      "created_at is when the event happened, not when it was sent.", source::kPayload,
      "judge age by the signature's t, which is new for each attempt, not by created_at"},
     third_attempt},
};

}  // namespace

}  // namespace slotflow::payload_times

namespace slotflow {

std::span<const Check> booking_time_checks() {
  return payload_times::kChecks;
}

}  // namespace slotflow
