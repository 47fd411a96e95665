#include "domain/zone.h"

#include <doctest/doctest.h>

#include "support/zones.h"

using namespace slotflow;
using namespace std::chrono_literals;
using test::new_york;
using test::zone_by_rule;

namespace {

Timestamp utc(const char* text) {
  return parse_iso8601(text).value();
}

// As if clocks showed UTC.
LocalTime local(const char* text) {
  return LocalTime(utc(text).time_since_epoch());
}

std::string utc_of(const Zone& zone, const char* text) {
  const std::optional<Timestamp> t = zone.to_utc(local(text));
  return t ? to_iso8601(*t).substr(0, 16) : "skipped";
}

std::string next_of(const Zone& zone, const char* text) {
  return to_iso8601(zone.to_utc_or_next(local(text))).substr(0, 16);
}

}  // namespace

TEST_CASE("zone: what clocks show") {
  const Zone zone = new_york();
  CHECK(zone.to_local(utc("2026-03-08T06:59:59.999Z")) == local("2026-03-08T01:59:59.999Z"));
  CHECK(zone.to_local(utc("2026-03-08T07:00Z")) == local("2026-03-08T03:00Z"));
  CHECK(zone.to_local(utc("2026-11-01T05:59Z")) == local("2026-11-01T01:59Z"));
  CHECK(zone.to_local(utc("2026-11-01T06:00Z")) == local("2026-11-01T01:00Z"));
  CHECK(zone.to_local(utc("2126-07-01T12:00Z")) == local("2126-07-01T08:00Z"));
  CHECK(zone.to_local(utc("2026-01-01T04:59Z")) == local("2025-12-31T23:59Z"));
}

TEST_CASE("zone: what clocks skip has no time, and what they show twice has the first") {
  const Zone zone = new_york();
  CHECK(utc_of(zone, "2026-03-08T01:59Z") == "2026-03-08T06:59");
  CHECK(utc_of(zone, "2026-03-08T02:00Z") == "skipped");
  CHECK(utc_of(zone, "2026-03-08T02:59Z") == "skipped");
  CHECK(utc_of(zone, "2026-03-08T03:00Z") == "2026-03-08T07:00");
  CHECK(next_of(zone, "2026-03-08T02:30Z") == "2026-03-08T07:00");
  CHECK(utc_of(zone, "2026-11-01T00:59Z") == "2026-11-01T04:59");
  CHECK(utc_of(zone, "2026-11-01T01:00Z") == "2026-11-01T05:00");
  CHECK(utc_of(zone, "2026-11-01T01:59Z") == "2026-11-01T05:59");
  CHECK(utc_of(zone, "2026-11-01T02:00Z") == "2026-11-01T07:00");
  CHECK(next_of(zone, "2026-11-01T02:00Z") == "2026-11-01T07:00");
}

TEST_CASE("zone: a skipped day, after changes that are listed") {
  // Apia at the end of 2011.
  const Zone zone("Pacific/Apia", -11h,
                  {{utc("2011-09-24T14:00Z"), -10h}, {utc("2011-12-30T10:00Z"), 14h}},
                  std::nullopt);
  CHECK(utc_of(zone, "2011-09-01T12:00Z") == "2011-09-01T23:00");
  CHECK(utc_of(zone, "2011-12-29T23:59Z") == "2011-12-30T09:59");
  CHECK(utc_of(zone, "2011-12-30T00:00Z") == "skipped");
  CHECK(utc_of(zone, "2011-12-30T23:59Z") == "skipped");
  CHECK(next_of(zone, "2011-12-30T12:00Z") == "2011-12-30T10:00");
  CHECK(utc_of(zone, "2011-12-31T00:00Z") == "2011-12-30T10:00");
  CHECK(utc_of(zone, "2030-01-01T00:00Z") == "2029-12-31T10:00");
}

TEST_CASE("zone: the yearly rule begins after the last listed change") {
  const Zone zone("Test/Zone", 3h, {{utc("2020-06-01T00:00Z"), 1h}},
                  parse_yearly_change("AAA-1BBB,M3.5.0,M10.5.0/3"));
  CHECK(zone.to_local(utc("2020-05-01T00:00Z")) == local("2020-05-01T03:00Z"));
  CHECK(utc_of(zone, "2020-05-01T03:00Z") == "2020-05-01T00:00");
  CHECK(zone.to_local(utc("2021-05-01T00:00Z")) == local("2021-05-01T02:00Z"));
}

TEST_CASE("zone: daylight saving time all year, and changes at the turn of the year") {
  const Zone always = zone_by_rule("EST5EDT,0/0,J365/25");
  CHECK(always.to_local(utc("2026-01-01T04:00Z")) == local("2026-01-01T00:00Z"));
  CHECK(always.to_local(utc("2026-07-01T04:00Z")) == local("2026-07-01T00:00Z"));
  CHECK(utc_of(always, "2026-12-31T23:59Z") == "2027-01-01T03:59");
  const Zone turn = zone_by_rule("<+12>-12<+13>,0/1,J182/0");
  CHECK(utc_of(turn, "2026-01-01T00:59Z") == "2025-12-31T12:59");
  CHECK(utc_of(turn, "2026-01-01T01:00Z") == "skipped");
  CHECK(utc_of(turn, "2026-01-01T02:00Z") == "2025-12-31T13:00");
}
