#include "domain/availability.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace std::chrono_literals;
using test::thrown;

TEST_CASE("availability: days and durations") {
  const AvailabilityRules rules{{1, 7}, {9h, 17h}, {15, 60}};
  CHECK(rules.works_on(std::chrono::year{2026} / 3 / 16));  // a Monday
  CHECK(!rules.works_on(std::chrono::year{2026} / 3 / 17));
  CHECK(rules.works_on(std::chrono::year{2026} / 3 / 22));
  CHECK(rules.allows(60min));
  CHECK(!rules.allows(30min));
}

TEST_CASE("availability: what is valid") {
  validate(AvailabilityRules{{}, {0h, 24h}, {1, 1440}});
  validate(AvailabilityRules{{7, 1, 1}, {9h, 17h}, {30}});
  CHECK(thrown([] { validate(AvailabilityRules{{1, 8}, {9h, 17h}, {30}}); }) ==
        "VALIDATION_ERROR: working_days[1]: expected a weekday from 1 (Monday) to 7 (Sunday), got "
        "'8'");
  CHECK(thrown([] {
          validate(AvailabilityRules{{0}, {9h, 17h}, {30}});
        }).starts_with("VALIDATION_ERROR: working_days[0]: "));
  CHECK(thrown([] {
          validate(AvailabilityRules{{1}, {17h, 9h}, {30}});
        }).starts_with("VALIDATION_ERROR: work_end: "));
  CHECK(thrown([] { validate(AvailabilityRules{{1}, {9h, 17h}, {}}); }) ==
        "VALIDATION_ERROR: meeting_durations: expected at least one duration in minutes, got '[]'");
  for (const int duration : {0, -30, 1441}) {
    CHECK(thrown([&] { validate(AvailabilityRules{{1}, {9h, 17h}, {30, duration}}); }) ==
          "VALIDATION_ERROR: meeting_durations[1]: expected 1 to 1440 minutes, got '" +
              std::to_string(duration) + "'");
  }
}
