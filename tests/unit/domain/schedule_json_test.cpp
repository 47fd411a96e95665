#include "domain/schedule_json.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

namespace {

Json json_from(const char* text) {
  return try_parse_json(text).value();
}

std::string written_again(const char* text) {
  ScheduleOverride added{"o", "h", "T", override_times_of(json_from(text)), from_unix_seconds(0)};
  return to_line(json_of(added));
}

std::string override_error(const char* text) {
  return thrown([&] { override_times_of(json_from(text)); });
}

}  // namespace

TEST_CASE("schedule json: availability") {
  const char* text =
      R"({"working_days":[1,5],"work_start":"09:00","work_end":"24:00","meeting_durations":[30,15]})";
  CHECK(to_line(json_of(availability_of(json_from(text)))) == text);
  CHECK(thrown([] { availability_of(json_from("{}")); }) ==
        "VALIDATION_ERROR: working_days: expected an array of integers, got nothing");
  CHECK(thrown([] {
          availability_of(
              json_from(R"({"working_days":[1],"work_start":"09:00","work_end":"9:30"})"));
        }) == "VALIDATION_ERROR: work_end: expected a time of day from 00:00 to 24:00, got '9:30'");
  CHECK(
      thrown([] {
        availability_of(json_from(
            R"({"working_days":[1],"work_start":"22:00","work_end":"06:00","meeting_durations":[30]})"));
      }).starts_with("VALIDATION_ERROR: work_end: "));
}

TEST_CASE("schedule json: an override, its fields in the documented order") {
  CHECK(written_again(R"({"type":"block","title":"x","all_day":true,"start_date":"2026-03-16"})") ==
        R"({"id":"o","human_id":"h","type":"block","title":"T","all_day":true,)"
        R"("start_date":"2026-03-16","end_date":null,"start_time":null,"end_time":null,)"
        R"("recurrence":null,"created_at":"1970-01-01T00:00:00.000Z"})");
  CHECK(written_again(
            R"({"type":"open","all_day":false,"start_date":"2026-03-16","end_date":"2026-04-16",)"
            R"("start_time":"10:00","end_time":"14:00","recurrence":{"day":1,"week":5,)"
            R"("freq":"monthly","interval":2,"other":true,"days":null}})") ==
        R"({"id":"o","human_id":"h","type":"open","title":"T","all_day":false,)"
        R"("start_date":"2026-03-16","end_date":"2026-04-16","start_time":"10:00",)"
        R"("end_time":"14:00","recurrence":{"freq":"monthly","interval":2,"week":5,"day":1},)"
        R"("created_at":"1970-01-01T00:00:00.000Z"})");
  // An override that is all day has no times.
  CHECK(!override_times_of(json_from(R"({"type":"open","all_day":true,"start_date":"2026-03-16",)"
                                     R"("start_time":"25:00","end_time":7})"))
             .part);
}

TEST_CASE("schedule json: an override that is refused") {
  CHECK(override_error(R"({"type":"shut"})") ==
        "VALIDATION_ERROR: type: expected block or open, got 'shut'");
  CHECK(override_error(R"({"type":"open","all_day":0})") ==
        "VALIDATION_ERROR: all_day: expected true or false, got a number");
  CHECK(override_error(R"({"type":"open","all_day":true})") ==
        "VALIDATION_ERROR: start_date: expected a string, got nothing");
  CHECK(override_error(R"({"type":"open","all_day":false,"start_date":"2026-03-16"})") ==
        "VALIDATION_ERROR: start_time: expected a string, got nothing");
  CHECK(override_error(R"({"type":"open","all_day":false,"start_date":"2026-03-16",)"
                       R"("start_time":"10:00","end_time":"10:00"})")
            .starts_with("VALIDATION_ERROR: end_time: "));
  CHECK(override_error(
            R"({"type":"open","all_day":true,"start_date":"2026-03-16","recurrence":{}})") ==
        "VALIDATION_ERROR: recurrence.freq: expected a string, got nothing");
  CHECK(override_error(
            R"({"type":"open","all_day":true,"start_date":"2026-03-16","recurrence":[]})") ==
        "VALIDATION_ERROR: recurrence: expected an object, got an array");
  CHECK(override_error(R"({"type":"open","all_day":true,"start_date":"2026-03-16",)"
                       R"("recurrence":{"freq":"weekly","days":[1,9]}})")
            .starts_with("VALIDATION_ERROR: recurrence.days[1]: "));
}
