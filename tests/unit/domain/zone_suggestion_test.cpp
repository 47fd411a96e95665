#include "domain/zone_suggestion.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("zone suggestion: cities, abbreviations and misspelled names") {
  const std::vector<std::string> names{"America/Los_Angeles", "America/New_York", "EST",
                                       "Europe/Berlin", "Europe/London"};
  CHECK(suggested_zone("America/San_Francisco", names) == "America/Los_Angeles");
  CHECK(suggested_zone("PST", names) == "America/Los_Angeles");
  CHECK(suggested_zone("EDT", names) == "America/New_York");
  CHECK(suggested_zone("new york", names) == "America/New_York");
  CHECK(suggested_zone("Asia/Berlin", names) == "Europe/Berlin");
  CHECK(suggested_zone("america/new_york", names) == "America/New_York");
  CHECK(suggested_zone("Europe/Lodnon", names) == "Europe/London");
  CHECK(suggested_zone("Mars/Olympus_Mons", names).empty());
  CHECK(suggested_zone("", names).empty());
  CHECK(suggested_zone("PST", {"Europe/London"}).empty());
}
