#include "domain/booking_rules.h"

#include <doctest/doctest.h>

#include "support/schedules.h"

using namespace slotflow;
using namespace slotflow::test;
using namespace std::chrono_literals;

namespace {

std::string refusal_of(const char* start, int minutes, const std::vector<TimeSpan>& booked = {},
                       const Schedule& schedule = documented_schedule()) {
  const auto code = booking_refusal(schedule, meeting_at(start, minutes), booked);
  return code ? std::string(kErrorCodes[static_cast<std::size_t>(*code)].name) : "none";
}

}  // namespace

TEST_CASE("booking rules: in working hours or an open override, on the grid or not") {
  CHECK(refusal_of("2026-03-16T13:00Z", 30) == "none");
  CHECK(refusal_of("2026-03-16T14:10:30.500Z", 30) == "none");
  CHECK(refusal_of("2026-03-16T20:30Z", 30) == "none");
  CHECK(refusal_of("2026-03-21T14:00Z", 30) == "none");
  CHECK(refusal_of("2026-03-16T12:59Z", 30) == "OUTSIDE_WORKING_HOURS");
  CHECK(refusal_of("2026-03-16T20:31Z", 30) == "OUTSIDE_WORKING_HOURS");
  CHECK(refusal_of("2026-03-21T13:59Z", 30) == "OUTSIDE_WORKING_HOURS");
  CHECK(refusal_of("2026-03-22T14:00Z", 30) == "OUTSIDE_WORKING_HOURS");
}

TEST_CASE("booking rules: the first rule that is broken counts") {
  const std::vector<TimeSpan> booked{meeting_at("2026-03-17T18:00Z", 30),
                                     meeting_at("2026-03-18T03:00Z", 30)};
  // Tuesday, 14:00 to 15:00, is blocked, and all of these are booked.
  CHECK(refusal_of("2026-03-18T03:00Z", 45, booked) == "INVALID_DURATION");
  CHECK(refusal_of("2026-03-18T03:00Z", 30, booked) == "OUTSIDE_WORKING_HOURS");
  CHECK(refusal_of("2026-03-17T17:45Z", 30, booked) == "SCHEDULE_BLOCKED");
  CHECK(refusal_of("2026-03-17T17:30Z", 30, booked) == "none");
  CHECK(refusal_of("2026-03-17T19:00Z", 30, booked) == "none");
  CHECK(refusal_of("2026-03-17T16:00Z", 30, {meeting_at("2026-03-17T15:31Z", 30)}) ==
        "SLOT_UNAVAILABLE");
  CHECK(refusal_of("2026-03-17T16:00Z", 30, {meeting_at("2026-03-17T15:30Z", 30)}) == "none");
}

TEST_CASE("booking rules: a meeting must be within one part of a day") {
  Schedule schedule = documented_schedule();
  schedule.overrides.push_back(weekly(OverrideType::open, 1, {17h, 19h}));
  CHECK(refusal_of("2026-03-16T20:45Z", 30, {}, schedule) == "OUTSIDE_WORKING_HOURS");
  CHECK(refusal_of("2026-03-16T21:00Z", 30, {}, schedule) == "none");
}

TEST_CASE("booking rules: where clocks go back over midnight, a day has a second end") {
  // 00:01 becomes 23:01 of the day before, which is also in the all-day override of the new day.
  Schedule schedule = documented_schedule();
  schedule.zone = zone_by_rule("NST3:30NDT,M4.1.0/0:01,M10.5.0/0:01");
  schedule.overrides = {{.type = OverrideType::open,
                         .part = std::nullopt,
                         .start_date = std::chrono::year{2026} / 10 / 25}};
  CHECK(refusal_of("2026-10-25T02:29Z", 30, {}, schedule) == "OUTSIDE_WORKING_HOURS");
  CHECK(refusal_of("2026-10-25T02:30Z", 30, {}, schedule) == "none");
  CHECK(refusal_of("2026-10-25T02:45Z", 30, {}, schedule) == "none");
  CHECK(refusal_of("2026-10-26T03:00Z", 30, {}, schedule) == "none");
  CHECK(refusal_of("2026-10-26T03:01Z", 30, {}, schedule) == "OUTSIDE_WORKING_HOURS");
}

TEST_CASE("booking rules: what a refusal says") {
  const AvailabilityRules rules{{1}, {9h, 17h}, {15, 30, 60}};
  CHECK(refusal_message(ErrorCode::invalid_duration, rules) ==
        "duration: expected 15, 30 or 60 minutes, as this human's meeting_durations say");
  CHECK(refusal_message(ErrorCode::invalid_duration, {}) ==
        "duration: this human has no meeting durations yet");
  CHECK(refusal_message(ErrorCode::outside_working_hours, rules) ==
        "The requested time is outside of the human's working hours.");
  CHECK(refusal_message(ErrorCode::schedule_blocked, rules) ==
        "The requested time is blocked by a schedule override.");
  CHECK(refusal_message(ErrorCode::slot_unavailable, rules) ==
        "The requested slot is no longer available.");
}
