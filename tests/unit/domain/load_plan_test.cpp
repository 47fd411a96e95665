#include "domain/load_plan.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

LoadPlan open_plan(double rate, Duration duration) {
  LoadPlan plan;
  plan.rate = rate;
  plan.duration = duration;
  return plan;
}

}  // namespace

TEST_CASE("load_plan: events are due at the rate, the first one at once") {
  const LoadPlan plan = open_plan(4, 2s);
  CHECK(due_after(plan, 0) == 0ns);
  CHECK(due_after(plan, 1) == 250ms);
  CHECK(due_after(plan, 7) == 1750ms);
  CHECK(events_in(plan) == 8);
  CHECK(due_before(plan, 1s) == 4);
  CHECK(due_before(plan, 1001ms) == 5);
  CHECK(events_in(open_plan(0.1, 1s)) == 1);
  CHECK(events_in(open_plan(1.0 / 60, 1h)) == 60);
}

TEST_CASE("load_plan: no event is due after ten years") {
  LoadPlan plan = open_plan(1e-20, 1s);
  CHECK(events_in(plan) == 1);
  CHECK(due_after(plan, 1'000'000'000) == kLongestDuration);
}

TEST_CASE("load_plan: during a ramp, the rate grows evenly") {
  LoadPlan plan = open_plan(100, 20s);
  plan.ramp = 10s;
  // 100/s * 10 s / 2 in the ramp, then 100/s * 10 s.
  CHECK(events_in(plan) == 1500);
  CHECK(due_before(plan, 10s) == 500);
  CHECK(due_before(plan, 5s) == 125);
  for (std::uint64_t i = 1; i < 1500; ++i) {
    CAPTURE(i);
    REQUIRE(due_after(plan, i) > due_after(plan, i - 1));
  }
  CHECK(due_after(plan, 500) == 10s);
  CHECK(due_after(plan, 501) == 10010ms);
}

TEST_CASE("load_plan: a warm-up comes before what is measured") {
  LoadPlan plan = open_plan(10, 3s);
  plan.warmup = 2s;
  CHECK(events_in(plan) == 50);
  plan.duration.reset();
  plan.count = 7;
  CHECK(events_in(plan) == 27);
}

TEST_CASE("load_plan: a ramp asks for less, and a run that takes longer than planned does not") {
  LoadPlan plan = open_plan(100, 20s);
  plan.ramp = 10s;
  CHECK(mean_rate(plan, 20s) == 75);
  CHECK(mean_rate(plan, 23s) == 75);
  CHECK(mean_rate(plan, 10s) == 50);
  plan.duration.reset();
  plan.count = 1000;
  CHECK(mean_rate(plan, 15s) == doctest::Approx(1000 / 15.0));
  CHECK(mean_rate(plan, 99s) == doctest::Approx(1000 / 15.0));
  plan.warmup = 10s;
  CHECK(mean_rate(plan, 99s) == 100);
}

TEST_CASE("load_plan: an event is due before a time, or it is not, whatever the rate") {
  for (const double rate : {0.3, 1.0, 3.0, 7.7, 999.9, 20'000.0}) {
    for (const Duration ramp : {0ms, 700ms, 4000ms}) {
      LoadPlan plan = open_plan(rate, 5s);
      plan.ramp = ramp;
      for (const Duration time : {1ms, 999ms, 1000ms, 3333ms, 5000ms}) {
        CAPTURE(rate);
        CAPTURE(time.count());
        const std::uint64_t n = due_before(plan, time);
        if (n > 0) CHECK(due_after(plan, n - 1) < time);
        CHECK(due_after(plan, n) >= time);
      }
    }
  }
}
