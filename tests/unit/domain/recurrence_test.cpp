#include "domain/recurrence.h"

#include <doctest/doctest.h>

#include "domain/calendar_date.h"
#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

namespace {

// Returns the first `count` dates, from `start` on, as text.
std::string selected(const RecurrenceRule& rule, const char* start, int count) {
  std::string text;
  const Date first = require_date("start", start);
  for (std::chrono::local_days day(first); count > 0; day += std::chrono::days(1)) {
    if (!rule.selects(Date(day), first)) continue;
    text += (text.empty() ? "" : " ") + date_text(Date(day));
    --count;
  }
  return text;
}

RecurrenceRule monthly() {
  return {.freq = Frequency::monthly};
}

}  // namespace

TEST_CASE("recurrence: weeks") {
  // 2026-03-01 is a Sunday.
  CHECK(selected({.days = {{2}}}, "2026-03-01", 2) == "2026-03-03 2026-03-10");
  CHECK(selected({.days = {{1, 5}}}, "2026-03-03", 3) == "2026-03-06 2026-03-09 2026-03-13");
  CHECK(selected({}, "2026-03-03", 2) == "2026-03-03 2026-03-10");
  CHECK(selected({.days = std::vector<int>()}, "2026-03-03", 2) == "2026-03-03 2026-03-10");
}

TEST_CASE("recurrence: every other week is counted from the Monday before the start") {
  // The week of Sunday 2026-03-01 has no Tuesday after it.
  CHECK(selected({.interval = 2, .days = {{2}}}, "2026-03-01", 2) == "2026-03-10 2026-03-24");
  CHECK(selected({.interval = 2, .days = {{1, 7}}}, "2026-03-04", 4) ==
        "2026-03-08 2026-03-16 2026-03-22 2026-03-30");
}

TEST_CASE("recurrence: days of a month, which short months leave out") {
  RecurrenceRule rule = monthly();
  CHECK(selected(rule, "2026-01-31", 3) == "2026-01-31 2026-03-31 2026-05-31");
  rule.day_of_month = 30;
  CHECK(selected(rule, "2026-01-31", 2) == "2026-03-30 2026-04-30");
  rule.interval = 3;
  CHECK(selected(rule, "2025-11-01", 3) == "2025-11-30 2026-05-30 2026-08-30");
}

TEST_CASE("recurrence: weekdays of a month; week 5 is the last one") {
  RecurrenceRule rule = monthly();
  rule.week = 1;
  rule.day = 7;
  CHECK(selected(rule, "2026-03-01", 2) == "2026-03-01 2026-04-05");
  rule.week = 4;
  CHECK(selected(rule, "2026-03-01", 2) == "2026-03-22 2026-04-26");
  rule.week = 5;
  CHECK(selected(rule, "2026-03-01", 4) == "2026-03-29 2026-04-26 2026-05-31 2026-06-28");
}

TEST_CASE("recurrence: what is valid") {
  validate(RecurrenceRule{.interval = 1000, .days = {{1, 7}}});
  CHECK(thrown([] { parse_frequency("daily"); }) ==
        "VALIDATION_ERROR: recurrence.freq: expected weekly or monthly, got 'daily'");
  CHECK(parse_frequency("monthly") == Frequency::monthly);
  CHECK(thrown([] { validate(RecurrenceRule{.interval = 0}); }) ==
        "VALIDATION_ERROR: recurrence.interval: expected a number from 1 to 1000, got '0'");
  CHECK(thrown([] {
          validate(RecurrenceRule{.days = {{8}}});
        }).starts_with("VALIDATION_ERROR: recurrence.days[0]: expected a weekday"));
  const auto refused = [](auto change) {
    RecurrenceRule rule = monthly();
    change(rule);
    return thrown([&] { validate(rule); });
  };
  CHECK(refused([](RecurrenceRule& rule) { rule.day_of_month = 32; }) ==
        "VALIDATION_ERROR: recurrence.day_of_month: expected a number from 1 to 31, got '32'");
  CHECK(refused([](RecurrenceRule& rule) { rule.week = 6; }) ==
        "VALIDATION_ERROR: recurrence.week: expected a number from 1 to 5, got '6'");
  CHECK(refused([](RecurrenceRule& rule) { rule.day = 0; }) ==
        "VALIDATION_ERROR: recurrence.day: expected a number from 1 to 7, got '0'");
  CHECK(refused([](RecurrenceRule& rule) { rule.week = 1; }) ==
        "VALIDATION_ERROR: recurrence.week requires recurrence.day");
  CHECK(refused([](RecurrenceRule& rule) { rule.day = 1; }) ==
        "VALIDATION_ERROR: recurrence.day requires recurrence.week");
  CHECK(refused([](RecurrenceRule& rule) { rule.day = rule.week = rule.day_of_month = 1; }) ==
        "VALIDATION_ERROR: recurrence.day_of_month cannot be combined with recurrence.week");
}
