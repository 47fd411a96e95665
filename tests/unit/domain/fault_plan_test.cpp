#include "domain/fault_plan.h"

#include <algorithm>
#include <map>

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kMany = 10'000;

std::vector<bool> failures(const FaultPlan& plan) {
  std::vector<bool> result;
  for (std::uint64_t n = 1; n <= kMany; ++n) result.push_back(decide(plan, {n}).failing);
  return result;
}

}  // namespace

TEST_CASE("fault plan: without options every response is 200 at once") {
  for (std::uint64_t n = 1; n <= 100; ++n) {
    const ResponseDecision decision = decide(FaultPlan{}, {n});
    CHECK(decision.status == 200);
    CHECK(decision.delay == Duration(0));
    CHECK_FALSE(decision.failing);
  }
}

TEST_CASE("fault plan: rate 0 never fails, rate 1 always does, for any seed") {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    FaultPlan plan;
    plan.seed = seed;
    plan.status = 204;
    for (std::uint64_t n = 1; n <= 200; ++n) REQUIRE(decide(plan, {n}).status == 204);
    plan.fail_rate = 1;
    for (std::uint64_t n = 1; n <= 200; ++n) REQUIRE(decide(plan, {n}).status == 500);
  }
}

TEST_CASE("fault plan: half of ten thousand fail, the same half each time") {
  FaultPlan plan;
  plan.fail_rate = 0.5;
  plan.seed = 42;
  const std::vector<bool> first = failures(plan);
  const auto failed = std::count(first.begin(), first.end(), true);
  CHECK(failed > 4'850);  // three deviations of 50
  CHECK(failed < 5'150);
  CHECK(failures(plan) == first);
  plan.seed = 43;
  CHECK(failures(plan) != first);
}

TEST_CASE("fault plan: the first requests fail regardless of the rate") {
  FaultPlan plan;
  plan.fail_first = 3;
  for (std::uint64_t n = 1; n <= 3; ++n) CHECK(decide(plan, {n}).failing);
  for (std::uint64_t n = 4; n <= 50; ++n) CHECK_FALSE(decide(plan, {n}).failing);
}

TEST_CASE("fault plan: the statuses of failures are chosen uniformly from their list") {
  FaultPlan plan;
  plan.fail_rate = 1;
  plan.fail_statuses = {500, 502, 503};
  std::map<int, int> counts;
  for (std::uint64_t n = 1; n <= kMany; ++n) ++counts[decide(plan, {n}).status];
  REQUIRE(counts.size() == 3);
  for (const int status : plan.fail_statuses) {
    CHECK(counts[status] > 3'190);  // three deviations of 47 from 3,333
    CHECK(counts[status] < 3'475);
  }
}

TEST_CASE("fault plan: delays keep within their range and reach both its ends") {
  FaultPlan plan;
  plan.delay = DurationRange{100ms, 103ms};
  std::map<Duration::rep, int> counts;
  for (std::uint64_t n = 1; n <= 1'000; ++n) ++counts[decide(plan, {n}).delay.count()];
  REQUIRE(counts.size() == 4);
  CHECK(counts.begin()->first == 100);
  CHECK(counts.rbegin()->first == 103);
}

TEST_CASE("fault plan: changing one option leaves the decisions of the others") {
  FaultPlan plan;
  plan.fail_rate = 0.3;
  plan.fail_statuses = {500, 502, 503};
  plan.delay = DurationRange{0ms, 900ms};
  plan.seed = 7;
  FaultPlan other_delay = plan;
  other_delay.delay = DurationRange{1s, 5s};
  FaultPlan other_statuses = plan;
  other_statuses.fail_statuses = {500, 501, 502, 503, 504};
  FaultPlan other_rate = plan;
  other_rate.fail_rate = 0.9;
  for (std::uint64_t n = 1; n <= 1'000; ++n) {
    const ResponseDecision decision = decide(plan, {n});
    CHECK(decide(other_delay, {n}).failing == decision.failing);
    CHECK(decide(other_delay, {n}).status == decision.status);
    CHECK(decide(other_statuses, {n}).failing == decision.failing);
    CHECK(decide(other_statuses, {n}).delay == decision.delay);
    CHECK(decide(other_rate, {n}).delay == decision.delay);
    if (decision.failing) CHECK(decide(other_rate, {n}).status == decision.status);
  }
}

TEST_CASE("fault plan: faults apply with their probability, independently of the rate") {
  FaultPlan plan;
  plan.seed = 3;
  plan.fail_rate = 0.5;
  plan.faults = {{fault_named("reset"), 0.2}, {fault_named("drip"), 0.3}};
  int resets = 0, drips = 0, failing_resets = 0;
  for (std::uint64_t n = 1; n <= kMany; ++n) {
    const ResponseDecision decision = decide(plan, {n});
    resets += decision.fault == fault_named("reset");
    drips += decision.fault == fault_named("drip");
    failing_resets += decision.failing && decision.fault == fault_named("reset");
  }
  CHECK(resets > 1'880);  // three deviations of 40
  CHECK(resets < 2'120);
  CHECK(drips > 2'862);  // of 46
  CHECK(drips < 3'138);
  CHECK(failing_resets > 910);  // of 30
  CHECK(failing_resets < 1'090);
}

TEST_CASE("fault plan: a fault of probability 1 always hits, of 0 never") {
  FaultPlan plan;
  for (std::uint64_t n = 1; n <= 1'000; ++n) {
    plan.faults = {{fault_named("empty"), 1}};
    REQUIRE(decide(plan, {n}).fault == fault_named("empty"));
    plan.faults = {{fault_named("empty"), 0}};
    REQUIRE(decide(plan, {n}).fault == nullptr);
  }
}

TEST_CASE("fault plan: adding a fault leaves the other decisions as they were") {
  FaultPlan plan;
  plan.fail_rate = 0.3;
  plan.delay = DurationRange{0ms, 900ms};
  FaultPlan with = plan;
  with.faults = {{fault_named("reset"), 0.5}};
  for (std::uint64_t n = 1; n <= 1'000; ++n) {
    CHECK(decide(plan, {n}).failing == decide(with, {n}).failing);
    CHECK(decide(plan, {n}).delay == decide(with, {n}).delay);
  }
}

TEST_CASE("fault plan: a script decides by its steps, for all requests or by a given step") {
  FaultPlan plan;
  plan.status = 201;
  plan.delay = DurationRange{1s, 1s};
  plan.script = parse_script("--script", "500,reset,204@2s,garbage@3s,503@4s");
  const ResponseDecision first = decide(plan, {1});
  CHECK(first.status == 500);
  CHECK(first.failing);
  CHECK(first.delay == 1s);
  const ResponseDecision second = decide(plan, {2});
  CHECK(second.fault == fault_named("reset"));
  CHECK(second.status == 201);
  CHECK(second.delay == 1s);
  CHECK_FALSE(second.failing);
  CHECK(decide(plan, {3}).status == 204);
  CHECK(decide(plan, {3}).delay == 2s);
  CHECK(decide(plan, {4}).fault == fault_named("garbage"));
  CHECK(decide(plan, {4}).delay == 3s);
  CHECK(decide(plan, {5}).failing);
  CHECK(decide(plan, {5}).delay == 4s);
  CHECK(decide(plan, {3, 1}).status == 500);  // of a booking's own walk
}

TEST_CASE("fault plan: the delay is that of every response, whatever else is decided") {
  FaultPlan failing, broken, gone, refusing;
  failing.fail_first = 1;
  broken.faults = {{fault_named("reset"), 1}};
  gone.gone_after = 0;
  refusing.retry_after = Duration(10s);
  for (FaultPlan* plan : {&failing, &broken, &gone, &refusing}) {
    plan->delay = DurationRange{1s, 1s};
    CHECK(decide(*plan, {1}).delay == 1s);
  }
}

TEST_CASE("fault plan: fails until the time has passed since the first failure") {
  FaultPlan plan;
  plan.retry_after = 10s;
  plan.fail_statuses = {429};
  const ResponseDecision first = decide(plan, {.n = 1});
  CHECK(first.status == 429);
  CHECK(first.retry_after == Duration(10s));
  const ResponseDecision later = decide(plan, {.n = 2, .since_refusal = Duration(9'999)});
  CHECK(later.status == 429);
  CHECK(later.retry_after == Duration(1));
  const ResponseDecision recovered = decide(plan, {.n = 3, .since_refusal = Duration(10s)});
  CHECK(recovered.status == 200);
  CHECK_FALSE(recovered.retry_after);
}

TEST_CASE("fault plan: returns 410 after so many requests, regardless of the rest") {
  FaultPlan plan;
  plan.gone_after = 2;
  plan.script = parse_script("--script", "500");
  CHECK(decide(plan, {2}).status == 500);
  CHECK(decide(plan, {3}).status == 410);
  CHECK(decide(plan, {3}).failing);
  plan.gone_after = 0;
  CHECK(decide(plan, {1}).status == 410);
}

TEST_CASE("fault plan: knows whether its seed matters") {
  FaultPlan plan;
  CHECK_FALSE(is_random(plan));
  plan.fail_rate = 1;
  plan.faults = {{fault_named("reset"), 1}};
  CHECK_FALSE(is_random(plan));
  plan.faults = {{fault_named("reset"), 0.5}};
  CHECK(is_random(plan));
  plan.script = parse_script("--script", "200");
  CHECK_FALSE(is_random(plan));
  plan.script = parse_script("--script", "200,200@1s..2s");
  CHECK(is_random(plan));
}

TEST_CASE("fault plan: a fault and its probability, as they are written") {
  CHECK(parse_fault_chance("--fault", "reset").probability == 1);
  CHECK(parse_fault_chance("--fault", "reset-mid:0.25").probability == 0.25);
  CHECK(parse_fault_chance("--fault", "drip:0").fault == fault_named("drip"));
  for (const char* text : {"reset:", "reset:1.1", "reset:-0.1", "reset:nan", "reset:0.5x"}) {
    CHECK(thrown([&] { parse_fault_chance("--fault", text); }) ==
          std::string("USAGE: --fault: expected KIND:P with a probability from 0 to 1, got '") +
              text + "'");
  }
  CHECK(thrown([] { parse_fault_chance("--fault", "rest:0.5"); }) ==
        "USAGE: --fault: expected timeout, reset, reset-mid, empty, garbage, truncate or drip, got "
        "'rest' | hint: did you mean 'reset'?");
}
