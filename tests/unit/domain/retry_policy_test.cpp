#include "domain/retry_policy.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::chrono_literals;

TEST_CASE("retry policy: Slotflow's schedule, in real time") {
  RetryPolicy policy;
  policy.speed = 1;
  CHECK(policy.max_attempts() == 3);
  CHECK(policy.delay_after(1) == Duration(5min));
  CHECK(policy.delay_after(2) == Duration(60min));
  CHECK_FALSE(policy.delay_after(3).has_value());
}

TEST_CASE("retry policy: the default speed divides it by 300") {
  const RetryPolicy policy;
  CHECK(policy.delay_after(1) == Duration(1s));
  CHECK(policy.delay_after(2) == Duration(12s));
}

TEST_CASE("retry policy: no attempt but those of the schedule has a delay") {
  const RetryPolicy policy;
  for (const int attempt : {-1, 0, 3, 4, 1'000'000}) {
    CHECK_FALSE(policy.delay_after(attempt).has_value());
  }
  RetryPolicy once;
  once.delays.clear();
  CHECK(once.max_attempts() == 1);
  CHECK_FALSE(once.delay_after(1).has_value());
}

TEST_CASE("retry policy: any speed gives a delay that fits") {
  RetryPolicy policy;
  policy.speed = 1e-300;
  CHECK(policy.delay_after(1) == Duration(1'000'000'000'000'000));
  policy.speed = 0.5;
  CHECK(policy.delay_after(1) == Duration(10min));
  policy.speed = 1e9;
  CHECK(policy.delay_after(1) == Duration(0));
}
