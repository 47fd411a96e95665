#include "domain/retry_policy.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;
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

TEST_CASE("retry policy: only the attempts of the schedule have a delay") {
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
  CHECK(policy.delay_after(1) == kLongestDuration);
  policy.speed = 0.5;
  CHECK(policy.delay_after(1) == Duration(10min));
  policy.speed = 1e9;
  CHECK(policy.delay_after(1) == Duration(1));
  policy.delays = {Duration(0), 100ms};
  CHECK(policy.delay_after(1) == Duration(0));
}

TEST_CASE("retry policy: a delay above ten years is rejected, one of ten years is not") {
  RetryPolicy policy;
  policy.speed = 1;
  policy.delays = {1min, kLongestDuration};
  CHECK_NOTHROW(refuse_too_long(policy));
  policy.speed = 0.999'999;
  CHECK(thrown([&] { refuse_too_long(policy); }) ==
        "USAGE: --retry-delays and --speed: expected retry delays of at most 87600h (10 years), "
        "got 87601h "
        "(87600h divided by 0.999999)");
  policy.speed = 0.02;
  CHECK(
      thrown([&] { refuse_too_long(policy); }) ==
      "USAGE: --retry-delays and --speed: expected retry delays of at most 87600h (10 years), got "
      "4380000h (87600h divided by 0.02)");
  policy.delays = {5min, 1h};
  policy.speed = 0.001;
  CHECK_NOTHROW(refuse_too_long(policy));
}

TEST_CASE("retry policy: the longest wait can be added to any clock's time") {
  const auto steady = std::chrono::steady_clock::now();
  CHECK(steady + kLongestDuration > steady);
  const auto wall = std::chrono::system_clock::now();
  CHECK(wall + kLongestDuration > wall);
}
