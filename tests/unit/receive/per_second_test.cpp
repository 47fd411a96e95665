#include "receive/per_second.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::chrono_literals;

TEST_CASE("per_second: what is left of a second can be used, and no more") {
  const SteadyTime start{std::chrono::hours(1)};
  PerSecond limit(10);
  CHECK(limit.allow(start, 7));
  CHECK_FALSE(limit.allow(start + 1ms, 4));
  CHECK(limit.allow(start + 2ms, 3));
  CHECK(limit.allow(start + 3ms, 0));
  CHECK_FALSE(limit.allow(start + 999ms, 1));
  CHECK(limit.allow(start + 1s, 10));
  CHECK_FALSE(limit.allow(start + 1999ms, 1));
  CHECK_FALSE(limit.allow(start + 9s, 11));
  CHECK(limit.allow(start + 9s, 10));
}
