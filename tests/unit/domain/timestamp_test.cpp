#include "domain/timestamp.h"

#include <doctest/doctest.h>

#include "domain/random.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace std::chrono_literals;
using test::thrown;

namespace {

Timestamp at(std::int64_t milliseconds) {
  return Timestamp(std::chrono::milliseconds(milliseconds));
}

}  // namespace

TEST_CASE("timestamp: written as Slotflow writes it") {
  CHECK(to_iso8601(at(1'773'151'500'000)) == "2026-03-10T14:05:00.000Z");
  CHECK(to_iso8601(at(1)) == "1970-01-01T00:00:00.001Z");
  CHECK(to_iso8601(at(-1)) == "1969-12-31T23:59:59.999Z");
  CHECK(to_iso8601(at(951'825'600'000)) == "2000-02-29T12:00:00.000Z");
}

TEST_CASE("timestamp: the forms of ISO 8601") {
  const Timestamp t = at(1'773'151'500'000);
  CHECK(parse_iso8601("2026-03-10T14:05:00.000Z") == t);
  CHECK(parse_iso8601("2026-03-10T14:05:00Z") == t);
  CHECK(parse_iso8601("2026-03-10T14:05Z") == t);
  CHECK(parse_iso8601("2026-03-10t14:05:00z") == t);
  CHECK(parse_iso8601("2026-03-10 14:05:00Z") == t);
  CHECK(parse_iso8601("2026-03-10T15:05:00+01:00") == t);
  CHECK(parse_iso8601("2026-03-10T08:35-05:30") == t);
  CHECK(parse_iso8601("2026-03-11T00:05+10:00") == t);
  CHECK(parse_iso8601("2026-03-10T14:05:00.5Z") == t + 500ms);
  CHECK(parse_iso8601("2026-03-10T14:05:00.123999999999Z") == t + 123ms);
}

TEST_CASE("timestamp: invalid times are rejected") {
  for (const char* text : {"",
                           "2026-03-10",
                           "2026-03-10T14:05:00",
                           "2026-02-29T00:00Z",
                           "2026-02-30T00:00Z",
                           "1900-02-29T00:00Z",
                           "2026-04-31T00:00Z",
                           "2026-00-10T00:00Z",
                           "2026-13-10T00:00Z",
                           "2026-03-00T00:00Z",
                           "2026-03-10T24:00Z",
                           "2026-03-10T14:60Z",
                           "2026-03-10T14:05:60Z",
                           "2026-03-10T14:05:00.Z",
                           "2026-03-10T14:05:00Z ",
                           " 2026-03-10T14:05:00Z",
                           "2026-3-10T14:05Z",
                           "26-03-10T14:05Z",
                           "+2026-03-10T14:05Z",
                           "2026-03-10T14:05+0100",
                           "2026-03-10T14:05+24:00",
                           "2026-03-10T14:05+01:60",
                           "2026-03-10T14Z",
                           "0000-01-01T00:00Z",
                           "0001-01-01T00:00+00:01",
                           "9999-12-31T23:59-00:01",
                           "2026-03-10X14:05Z",
                           "-026-03-10T14:05Z",
                           "2026-03-10T14:05:Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_iso8601(text).has_value());
  }
}

TEST_CASE("timestamp: exact from year 1 to year 9999") {
  for (const char* text : {"0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z",
                           "1600-02-29T00:00:00.000Z", "0004-02-29T23:59:59.999Z"}) {
    REQUIRE(parse_iso8601(text).has_value());
    CHECK(to_iso8601(*parse_iso8601(text)) == text);
  }
  const std::int64_t first = parse_iso8601("0001-01-01T00:00Z")->time_since_epoch().count();
  Random random(1);
  for (int i = 0; i < 5'000; ++i) {
    const Timestamp t = at(first + static_cast<std::int64_t>(random.below(315'537'897'600'000)));
    CAPTURE(to_iso8601(t));
    CHECK(parse_iso8601(to_iso8601(t)) == t);
  }
}

TEST_CASE("timestamp: Unix seconds round down, and stay within the years that can be written") {
  CHECK(unix_seconds(at(1'999)) == 1);
  CHECK(unix_seconds(at(-1)) == -1);
  CHECK(from_unix_seconds(1'773'151'500) == at(1'773'151'500'000));
  CHECK(to_iso8601(from_unix_seconds(INT64_MAX)) == "9999-12-31T23:59:59.000Z");
  CHECK(to_iso8601(from_unix_seconds(INT64_MIN)) == "0001-01-01T00:00:00.000Z");
}

TEST_CASE("timestamp: as an argument") {
  CHECK(parse_time_argument("--at", "1773151500") == at(1'773'151'500'000));
  CHECK(parse_time_argument("--at", "0") == at(0));
  CHECK(parse_time_argument("--at", "253402300799") ==
        parse_iso8601("9999-12-31T23:59:59Z").value());
  CHECK(parse_time_argument("--at", "2026-03-10T14:05:00Z") == at(1'773'151'500'000));
  const std::string expected =
      "USAGE: --at: expected a time such as 2026-03-10T14:05:00Z or 1773151500, got ";
  CHECK(thrown([] { parse_time_argument("--at", "yesterday"); }) == expected + "'yesterday'");
  CHECK(thrown([] { parse_time_argument("--at", "-5"); }) == expected + "'-5'");
  CHECK(thrown([] { parse_time_argument("--at", ""); }) == expected + "''");
  CHECK(thrown([] { parse_time_argument("--at", "1773151500.5"); }) == expected + "'1773151500.5'");
  const std::string hint = " | hint: Unix time is in seconds, not in milliseconds";
  CHECK(thrown([] { parse_time_argument("--at", "1773151500000"); }) ==
        expected + "'1773151500000'" + hint);
  CHECK(thrown([] { parse_time_argument("--at", "253402300800"); }) ==
        expected + "'253402300800'" + hint);
}
