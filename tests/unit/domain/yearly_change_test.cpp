#include "domain/yearly_change.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

// Returns both changes of a year.
std::string changes_in(const char* rule, int year) {
  const std::optional<YearlyChange> change = parse_yearly_change(rule);
  if (!change) return "no rule";
  if (!change->daylight) return "none";
  std::string text;
  for (const ZoneChange& c : change->in(std::chrono::year(year))) {
    text += to_iso8601(c.at).substr(0, 16) + " " + std::to_string(c.offset / 1min) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("yearly change: weekdays of a month, and times before and after the day") {
  CHECK(changes_in("EST5EDT,M3.2.0,M11.1.0", 2026) ==
        "2026-03-08T07:00 -240\n2026-11-01T06:00 -300\n");
  // The last Sunday, at 01:00 UTC.
  CHECK(changes_in("GMT0BST,M3.5.0/1,M10.5.0", 2026) ==
        "2026-03-29T01:00 60\n2026-10-25T01:00 0\n");
  // Daylight saving time begins in spring of the south, the later one.
  CHECK(changes_in("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2026) ==
        "2026-04-04T15:00 630\n2026-10-03T15:30 660\n");
  CHECK(changes_in("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2026) ==
        "2026-03-29T01:00 -60\n2026-10-25T01:00 -120\n");
  CHECK(changes_in("EET-2EEST,M3.4.4/50,M10.4.4/50", 2026) ==
        "2026-03-28T00:00 180\n2026-10-23T23:00 120\n");
  // Irish time is behind in winter.
  CHECK(changes_in("IST-1GMT0,M10.5.0,M3.5.0/1", 2026) ==
        "2026-03-29T01:00 60\n2026-10-25T01:00 0\n");
}

TEST_CASE("yearly change: days of the year, with and without the leap day") {
  CHECK(changes_in("AAA0BBB,J60/0,J365/0:00:30", 2024) ==
        "2024-03-01T00:00 60\n2024-12-30T23:00 0\n");
  CHECK(changes_in("AAA0BBB,59/0,365/0", 2024) == "2024-02-29T00:00 60\n2024-12-30T23:00 0\n");
  CHECK(changes_in("AAA0BBB,59/0,200/0", 2025) == "2025-03-01T00:00 60\n2025-07-19T23:00 0\n");
}

TEST_CASE("yearly change: standard time all year") {
  const auto change = parse_yearly_change("<+0545>-5:45");
  REQUIRE(change);
  CHECK(change->standard == 345min);
  CHECK(!change->daylight);
}

TEST_CASE("yearly change: what is not a rule") {
  for (const char* text :
       {"", "EST", "E5", "5", "<+03-3", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M3.2.0,", "EST168",
        "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0",
        "EST5EDT,J0,J9", "EST5EDT,0,366", "EST5EDT,M3.2.0,M11.1.0 ", "EST5:60",
        "EST5EDT;M3.2.0;M11.1.0"}) {
    CAPTURE(text);
    CHECK(!parse_yearly_change(text));
  }
}
