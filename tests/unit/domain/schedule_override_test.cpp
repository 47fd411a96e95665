#include "domain/schedule_override.h"

#include <doctest/doctest.h>

#include "domain/calendar_date.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace std::chrono_literals;
using test::thrown;

namespace {

OverrideTimes override_from(const char* start, const char* end = nullptr) {
  OverrideTimes times{.start_date = require_date("start_date", start)};
  if (end != nullptr) times.end_date = require_date("end_date", end);
  return times;
}

bool applies(const OverrideTimes& times, const char* date) {
  return times.applies_on(require_date("date", date));
}

}  // namespace

TEST_CASE("schedule override: one day, or several") {
  CHECK(!applies(override_from("2026-03-16"), "2026-03-15"));
  CHECK(applies(override_from("2026-03-16"), "2026-03-16"));
  CHECK(!applies(override_from("2026-03-16"), "2026-03-17"));
  CHECK(applies(override_from("2026-03-16", "2026-04-02"), "2026-04-02"));
  CHECK(!applies(override_from("2026-03-16", "2026-04-02"), "2026-04-03"));
}

TEST_CASE(
    "schedule override: a recurring one begins on or after its start, and ends with its end") {
  OverrideTimes times = override_from("2026-03-17");
  times.recurrence = RecurrenceRule{.days = {{1}}};
  CHECK(!applies(times, "2026-03-16"));
  CHECK(!applies(times, "2026-03-17"));
  CHECK(applies(times, "2026-03-23"));
  CHECK(applies(times, "2036-03-17"));
  times.end_date = require_date("end_date", "2026-03-30");
  CHECK(applies(times, "2026-03-30"));
  CHECK(!applies(times, "2026-04-06"));
}

TEST_CASE("schedule override: all day is from midnight to midnight") {
  OverrideTimes times = override_from("2026-03-17");
  CHECK(times.part_of_day() == DayPart{0h, 24h});
  times.part = {9h, 10h};
  CHECK(times.part_of_day() == DayPart{9h, 10h});
}

TEST_CASE("schedule override: what is valid") {
  validate(override_from("2026-03-17", "2026-03-17"));
  CHECK(parse_override_type("open") == OverrideType::open);
  CHECK(thrown([] { parse_override_type("closed"); }) ==
        "VALIDATION_ERROR: type: expected block or open, got 'closed'");
  CHECK(thrown([] { validate(override_from("2026-03-17", "2026-03-16")); }) ==
        "VALIDATION_ERROR: end_date: expected a date not before 2026-03-17, got '2026-03-16'");
  OverrideTimes times = override_from("2026-03-17");
  times.part = {10h, 9h};
  CHECK(thrown([&] { validate(times); }).starts_with("VALIDATION_ERROR: end_time: "));
  times.part.reset();
  times.recurrence = RecurrenceRule{.interval = -1};
  CHECK(thrown([&] { validate(times); }).starts_with("VALIDATION_ERROR: recurrence.interval: "));
}
