#include "domain/fault_plan.h"

#include <algorithm>
#include <map>

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kMany = 10'000;

std::vector<bool> failures(const FaultPlan& plan) {
  std::vector<bool> result;
  for (std::uint64_t n = 1; n <= kMany; ++n) result.push_back(decide(plan, n).failing);
  return result;
}

}  // namespace

TEST_CASE("fault plan: without options every request is answered 200 at once") {
  for (std::uint64_t n = 1; n <= 100; ++n) {
    const AnswerDecision decision = decide(FaultPlan{}, n);
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
    for (std::uint64_t n = 1; n <= 200; ++n) REQUIRE(decide(plan, n).status == 204);
    plan.fail_rate = 1;
    for (std::uint64_t n = 1; n <= 200; ++n) REQUIRE(decide(plan, n).status == 500);
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

TEST_CASE("fault plan: the first requests fail whatever the rate") {
  FaultPlan plan;
  plan.fail_first = 3;
  for (std::uint64_t n = 1; n <= 3; ++n) CHECK(decide(plan, n).failing);
  for (std::uint64_t n = 4; n <= 50; ++n) CHECK_FALSE(decide(plan, n).failing);
}

TEST_CASE("fault plan: the statuses of failures are drawn evenly from their list") {
  FaultPlan plan;
  plan.fail_rate = 1;
  plan.fail_statuses = {500, 502, 503};
  std::map<int, int> counts;
  for (std::uint64_t n = 1; n <= kMany; ++n) ++counts[decide(plan, n).status];
  REQUIRE(counts.size() == 3);
  for (const int status : plan.fail_statuses) {
    CHECK(counts[status] > 3'190);  // three deviations of 47 from 3,333
    CHECK(counts[status] < 3'475);
  }
}

TEST_CASE("fault plan: delays keep within their range and reach both its ends") {
  FaultPlan plan;
  plan.delay = {100ms, 103ms};
  std::map<Duration::rep, int> counts;
  for (std::uint64_t n = 1; n <= 1'000; ++n) ++counts[decide(plan, n).delay.count()];
  REQUIRE(counts.size() == 4);
  CHECK(counts.begin()->first == 100);
  CHECK(counts.rbegin()->first == 103);
}

TEST_CASE("fault plan: changing one option leaves the decisions of the others") {
  FaultPlan plan;
  plan.fail_rate = 0.3;
  plan.fail_statuses = {500, 502, 503};
  plan.delay = {0ms, 900ms};
  plan.seed = 7;
  FaultPlan other_delay = plan;
  other_delay.delay = {1s, 5s};
  FaultPlan other_statuses = plan;
  other_statuses.fail_statuses = {500, 501, 502, 503, 504};
  FaultPlan other_rate = plan;
  other_rate.fail_rate = 0.9;
  for (std::uint64_t n = 1; n <= 1'000; ++n) {
    const AnswerDecision decision = decide(plan, n);
    CHECK(decide(other_delay, n).failing == decision.failing);
    CHECK(decide(other_delay, n).status == decision.status);
    CHECK(decide(other_statuses, n).failing == decision.failing);
    CHECK(decide(other_statuses, n).delay == decision.delay);
    CHECK(decide(other_rate, n).delay == decision.delay);
    if (decision.failing) CHECK(decide(other_rate, n).status == decision.status);
  }
}
