#include "domain/time_of_day.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace std::chrono_literals;

TEST_CASE("time of day: from midnight to midnight") {
  CHECK(parse_time_of_day("00:00") == 0min);
  CHECK(parse_time_of_day("09:05") == 545min);
  CHECK(parse_time_of_day("24:00") == 24h);
  for (const char* text : {"00:00", "09:05", "23:59", "24:00"}) {
    CHECK(time_of_day_text(parse_time_of_day(text).value()) == text);
  }
  for (const char* text :
       {"", "9:00", "24:01", "25:00", "12:60", "12.00", "-1:00", "12:00:00", "1 :00", "12:00 "}) {
    CAPTURE(text);
    CHECK(!parse_time_of_day(text));
  }
  CHECK(test::thrown([] { require_time_of_day("work_start", "9am"); }) ==
        "VALIDATION_ERROR: work_start: expected a time of day from 00:00 to 24:00, got '9am'");
}

TEST_CASE("time of day: a part of a day ends after its start") {
  require_order("work_end", {0h, 24h});
  CHECK(test::thrown([] { require_order("work_end", {22h, 6h}); }) ==
        "VALIDATION_ERROR: work_end: expected a time after 22:00 on the same day, got '06:00'");
  CHECK(test::thrown([] { require_order("end_time", {9h, 9h}); }) ==
        "VALIDATION_ERROR: end_time: expected a time after 09:00 on the same day, got '09:00'");
}
