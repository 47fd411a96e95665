#include "report/local_time.h"

#include <doctest/doctest.h>

#include "support/time_zone.h"

using namespace slotflow;
using namespace std::chrono_literals;
using test::TimeZone;

namespace {

Timestamp moment(const std::string& text) {
  return parse_iso8601(text).value();
}

}  // namespace

// The zones are rules of POSIX, so that these tests need no files of zones.
TEST_CASE("local time: east of UTC, with the zone") {
  const TimeZone tokyo("JST-9");
  const Timestamp t = moment("2026-03-10T14:05:07.999Z");
  CHECK(local_time_of_day(t) == "23:05:07");
  CHECK(local_minute(t) == "2026-03-10 23:05 +09:00");
  CHECK(local_iso8601(t) == "2026-03-10T23:05:07+09:00");
  CHECK(local_iso8601(t + 1h) == "2026-03-11T00:05:07+09:00");
}

TEST_CASE("local time: west of UTC, with half an hour") {
  const TimeZone newfoundland("NST3:30");
  const Timestamp t = moment("2026-01-01T02:00:00Z");
  CHECK(local_minute(t) == "2025-12-31 22:30 -03:30");
  CHECK(local_iso8601(t) == "2025-12-31T22:30:00-03:30");
  CHECK(local_time_of_day(Timestamp(-1ms)) == "20:29:59");
}

TEST_CASE("local time: the offset follows daylight saving time") {
  const TimeZone berlin("CET-1CEST,M3.5.0,M10.5.0/3");
  const Timestamp spring = moment("2026-03-29T01:00:00Z");
  CHECK(local_iso8601(spring - 1s) == "2026-03-29T01:59:59+01:00");
  CHECK(local_iso8601(spring) == "2026-03-29T03:00:00+02:00");
  // In autumn, an hour comes twice; the offset tells them apart.
  const Timestamp autumn = moment("2026-10-25T01:00:00Z");
  CHECK(local_iso8601(autumn - 1s) == "2026-10-25T02:59:59+02:00");
  CHECK(local_iso8601(autumn) == "2026-10-25T02:00:00+01:00");
}

TEST_CASE("local time: UTC and a zone that is unknown") {
  for (const char* zone : {"UTC0", "", "Nowhere/City"}) {
    CAPTURE(zone);
    const TimeZone here(zone);
    CHECK(local_minute(moment("2026-03-10T14:05:07Z")) == "2026-03-10 14:05 UTC");
    CHECK(local_iso8601(moment("2026-03-10T14:05:07Z")) == "2026-03-10T14:05:07+00:00");
  }
}
