#include "domain/slots.h"

#include <map>

#include <doctest/doctest.h>

#include "domain/booking_rules.h"
#include "domain/calendar_date.h"
#include "domain/random.h"
#include "support/schedules.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;
using namespace std::chrono_literals;

namespace {

std::string starts_of(const std::vector<TimeSpan>& slots) {
  std::string text;
  for (const TimeSpan& slot : slots) {
    text += (text.empty() ? "" : " ") + to_iso8601(slot.start).substr(11, 5);
  }
  return text;
}

// Returns the times of day, in UTC, of the slots on a day.
std::string slots_on(const Schedule& schedule, const char* date, std::chrono::minutes duration,
                     std::vector<TimeSpan> booked = {}) {
  return starts_of(free_slots(schedule, parse_date_range(date, date), duration, std::move(booked)));
}

// Works every day in a part of it.
Schedule daily(DayPart part) {
  return {new_york(), {{1, 2, 3, 4, 5, 6, 7}, part, {30, 60}}, {}};
}

OverrideTimes override_on(OverrideType type, const char* date, std::optional<DayPart> part) {
  return {.type = type, .part = part, .start_date = require_date("date", date)};
}

}  // namespace

TEST_CASE("slots: the documented trace") {
  const std::vector<TimeSpan> slots =
      free_slots(documented_schedule(), parse_date_range("2026-03-16", "2026-03-21"), 30min,
                 {meeting_at("2026-03-16T14:00Z", 30)});
  std::map<std::string, int> by_day;
  for (const TimeSpan& slot : slots) ++by_day[to_iso8601(slot.start).substr(8, 2)];
  const std::map<std::string, int> expected{{"16", 15}, {"17", 14}, {"18", 16},
                                            {"19", 16}, {"20", 16}, {"21", 8}};
  CHECK(by_day == expected);
  CHECK(slots.size() == 85);
  CHECK(to_iso8601(slots.front().start) == "2026-03-16T13:00:00.000Z");
  CHECK(to_iso8601(slots.front().end) == "2026-03-16T13:30:00.000Z");
}

TEST_CASE("slots: a step is as long as the meeting, and the last one ends in time") {
  CHECK(slots_on(daily({9h, 11h + 45min}), "2026-06-01", 60min) == "13:00 14:00");
  CHECK(slots_on(daily({9h, 11h}), "2026-06-01", 60min) == "13:00 14:00");
  CHECK(slots_on(daily({9h, 9h + 59min}), "2026-06-01", 60min).empty());
  CHECK(slots_on(daily({23h, 24h}), "2026-06-01", 30min) == "03:00 03:30");
}

TEST_CASE("slots: open overrides have a grid of their own, and no slot is there twice") {
  Schedule schedule = daily({9h, 11h});
  schedule.overrides = {override_on(OverrideType::open, "2026-06-01", {{10h, 12h}}),
                        override_on(OverrideType::open, "2026-06-01", {{10h + 15min, 11h + 15min}}),
                        override_on(OverrideType::open, "2026-06-01", {{10h, 12h}})};
  CHECK(slots_on(schedule, "2026-06-01", 60min) == "13:00 14:00 14:15 15:00");
  schedule.rules.working_days.clear();
  CHECK(slots_on(schedule, "2026-06-01", 60min) == "14:00 14:15 15:00");
}

TEST_CASE("slots: an open day is the whole local day, also when clocks change") {
  Schedule schedule = daily({9h, 11h});
  schedule.rules.working_days.clear();
  const auto count = [&](const char* date) {
    schedule.overrides = {override_on(OverrideType::open, date, std::nullopt)};
    return free_slots(schedule, parse_date_range(date, date), 60min, {}).size();
  };
  CHECK(count("2026-06-01") == 24);
  CHECK(count("2026-03-08") == 23);
  CHECK(count("2026-11-01") == 24);  // of 25 hours: the second 01:00 has none
}

TEST_CASE("slots: a block wins over work and open overrides, whatever its place in the list") {
  Schedule schedule = daily({9h, 11h});
  schedule.overrides = {
      override_on(OverrideType::block, "2026-06-01", {{10h + 10min, 10h + 20min}}),
      override_on(OverrideType::open, "2026-06-01", {{10h, 12h}})};
  CHECK(slots_on(schedule, "2026-06-01", 30min) == "13:00 13:30 14:30 15:00 15:30");
  schedule.overrides.front().part.reset();
  CHECK(slots_on(schedule, "2026-06-01", 30min).empty());
  CHECK(slots_on(schedule, "2026-06-02", 30min) == "13:00 13:30 14:00 14:30");
}

TEST_CASE("slots: bookings remove what they overlap, and may overlap one another") {
  const Schedule schedule = daily({9h, 11h});
  CHECK(slots_on(schedule, "2026-06-01", 30min, {meeting_at("2026-06-01T13:45Z", 20)}) ==
        "13:00 14:30");
  CHECK(slots_on(schedule, "2026-06-01", 30min,
                 {meeting_at("2026-06-01T14:30Z", 1), meeting_at("2026-06-01T12:00Z", 90),
                  meeting_at("2026-06-01T12:30Z", 10)}) == "13:30 14:00");
}

TEST_CASE("slots: clocks that skip an hour, and show one twice") {
  const Schedule schedule = daily({1h, 4h});
  CHECK(slots_on(schedule, "2026-03-08", 30min) == "06:00 06:30 07:00 07:30");
  CHECK(slots_on(schedule, "2026-03-08", 60min) == "06:00 07:00");
  CHECK(slots_on(schedule, "2026-11-01", 30min) == "05:00 05:30 07:00 07:30 08:00 08:30");
  // The part begins in the skipped hour.
  CHECK(slots_on(daily({2h + 15min, 4h}), "2026-03-08", 60min).empty());
  CHECK(slots_on(daily({2h + 15min, 5h}), "2026-03-08", 60min) == "07:15");
  // The meeting at 01:30 would end at 03:30.
  CHECK(slots_on(daily({1h + 30min, 3h}), "2026-03-08", 60min).empty());
}

TEST_CASE("slots: the range") {
  const DateRange range = parse_date_range("2026-01-01", "2027-01-01");
  CHECK(range.last - range.first == 365 * 24h);
  CHECK(thrown([] { parse_date_range("2026-01-01", "2027-01-02"); }) ==
        "VALIDATION_ERROR: date_to: expected at most 366 days from 2026-01-01, got '2027-01-02'");
  CHECK(thrown([] { parse_date_range("2026-01-02", "2026-01-01"); }) ==
        "VALIDATION_ERROR: date_to: expected a date not before 2026-01-02, got '2026-01-01'");
  CHECK(thrown([] {
          parse_date_range("today", "2026-01-01");
        }).starts_with("VALIDATION_ERROR: date_from: "));
  CHECK(thrown([] {
          parse_date_range("2026-01-01", "");
        }).starts_with("VALIDATION_ERROR: date_to: "));
  CHECK(span_of(parse_date_range("2026-03-08", "2026-03-08"), new_york()) ==
        TimeSpan{time_at("2026-03-08T05:00Z"), time_at("2026-03-09T04:00Z")});
}

TEST_CASE("slots: whatever is offered can be booked, whatever is not on a slot's grid") {
  Random random(3);
  const auto minutes = [&](std::uint64_t most) {
    return std::chrono::minutes(static_cast<int>(random.below(most)));
  };
  std::size_t offered = 0;
  for (int round = 0; round < 60; ++round) {
    Schedule schedule = daily({minutes(12 * 60), 12h + minutes(12 * 60 + 1)});
    for (int i = 0; i < 4; ++i) {
      schedule.overrides.push_back({.type = i % 2 == 0 ? OverrideType::block : OverrideType::open,
                                    .part = DayPart{minutes(12 * 60), 12h + minutes(12 * 60 + 1)},
                                    .start_date = std::chrono::year{2026} / 10 / 31});
      if (i % 2 == 0)
        schedule.overrides.back().part->end = schedule.overrides.back().part->start + 20min;
    }
    std::vector<TimeSpan> booked;
    for (int i = 0; i < 5; ++i) {
      const Timestamp start = time_at("2026-10-31T00:00Z") + minutes(3 * 1440);
      booked.push_back({start, start + 25min});
    }
    const auto slots =
        free_slots(schedule, parse_date_range("2026-10-31", "2026-11-02"), 30min, booked);
    offered += slots.size();
    for (const TimeSpan& slot : slots) CHECK(!booking_refusal(schedule, slot, booked));
  }
  CHECK(offered > 1000);
}
