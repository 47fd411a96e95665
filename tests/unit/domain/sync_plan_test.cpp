#include "domain/sync_plan.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "domain/text.h"

using namespace slotflow;

namespace {

constexpr Event kConfirmed = Event::booking_confirmed;
constexpr Event kCancelled = Event::booking_cancelled;

Webhook hook(const std::string& id, const std::string& url,
             std::vector<Event> events = {kConfirmed}, bool active = true) {
  return {id, url, std::move(events), "whsec_" + id, active, "2026-03-10T14:05:00.000Z"};
}

// "delete a, create b": the actions and ids of all steps.
std::string steps_of(const SyncPlan& plan) {
  std::vector<std::string> steps;
  for (const SyncStep& step : plan.steps) {
    steps.push_back(std::string(info(step.action).name) + ' ' + step.webhook.id +
                    (step.replaced.empty() ? "" : " for " + step.replaced));
  }
  return joined(steps, ", ");
}

using Hooks = std::vector<Webhook>;

std::string kept(const Hooks& wanted, const Hooks& present) {
  return steps_of(plan_sync(wanted, present, SyncIds::kept));
}

std::string made(const Hooks& wanted, const Hooks& present) {
  return steps_of(plan_sync(wanted, present, SyncIds::made));
}

}  // namespace

TEST_CASE("sync plan: the actions have their rows") {
  for (const SyncActionInfo& row : kSyncActions) CHECK(info(row.action).name == row.name);
}

TEST_CASE("sync plan: nothing to do") {
  CHECK(kept({}, {}).empty());
  CHECK(kept({hook("a", "1")}, {hook("a", "1")}) == "unchanged a");
  CHECK(plan_sync({hook("a", "1")}, {hook("a", "1")}, SyncIds::kept).changes() == 0);
}

TEST_CASE("sync plan: events are a set") {
  const Hooks wanted{hook("a", "1", {kConfirmed, kCancelled})};
  CHECK(made(wanted, {hook("b", "1", {kCancelled, kConfirmed})}) == "unchanged b");
  CHECK(made(wanted, {hook("b", "1", {kCancelled, kConfirmed, kCancelled})}) == "unchanged b");
  CHECK(made(wanted, {hook("b", "1", {kCancelled})}) == "delete b, create a");
  CHECK(made({hook("a", "1", {kCancelled})}, {hook("b", "1")}) == "delete b, create a");
}

TEST_CASE("sync plan: deletes first, replaces at once, creates last") {
  const Hooks wanted{hook("n", "new"), hook("r", "changed", {kCancelled}), hook("s", "same")};
  const Hooks present{hook("o", "changed"), hook("t", "same"), hook("x", "old")};
  const SyncPlan plan = plan_sync(wanted, present, SyncIds::made);
  CHECK(steps_of(plan) == "delete x, delete o, create r, create n, unchanged t");
  CHECK(plan.changes() == 4);
  CHECK(plan.count(SyncAction::remove) == 2);
  CHECK(plan.count(SyncAction::create) == 2);
}

TEST_CASE("sync plan: no step has more webhooks than the beginning and the end") {
  const std::vector<std::vector<Event>> sets{{kConfirmed}, {kCancelled}, {kConfirmed, kCancelled}};
  // Each of three URLs is missing or has one of the sets, on both sides.
  const auto hooks = [&](std::size_t number) {
    Hooks all;
    for (const std::string url : {"1", "2", "3"}) {
      if (number % 4 > 0)
        all.push_back(hook(url + "-" + std::to_string(number), url, sets[number % 4 - 1]));
      number /= 4;
    }
    return all;
  };
  for (std::size_t from = 0; from < 64; ++from) {
    for (std::size_t to = 0; to < 64; ++to) {
      CAPTURE(from);
      CAPTURE(to);
      const Hooks wanted = hooks(from);
      Hooks now = hooks(to);
      const std::size_t most = std::max(wanted.size(), now.size());
      for (const SyncStep& step : plan_sync(wanted, now, SyncIds::made).steps) {
        if (step.action == SyncAction::create) now.push_back(step.webhook);
        if (step.action == SyncAction::remove) {
          REQUIRE(std::erase_if(
                      now, [&](const Webhook& one) { return one.id == step.webhook.id; }) == 1);
        }
        REQUIRE(now.size() <= most);
      }
      REQUIRE(plan_sync(wanted, now, SyncIds::made).changes() == 0);
      REQUIRE(now.size() == wanted.size());
    }
  }
}

TEST_CASE("sync plan: kept ids and secrets are updated, others are not compared") {
  CHECK(kept({hook("a", "1")}, {hook("b", "1")}) == "update a for b");
  CHECK(made({hook("a", "1")}, {hook("b", "1")}) == "unchanged b");
  Webhook other = hook("a", "1");
  other.signing_secret = "whsec_other";
  CHECK(kept({hook("a", "1")}, {other}) == "update a for a");
  CHECK(made({hook("a", "1")}, {other}) == "unchanged a");
  other = hook("a", "1");
  other.created_at = "2020-01-01T00:00:00.000Z";
  CHECK(kept({hook("a", "1")}, {other}) == "unchanged a");
}

TEST_CASE("sync plan: updates come before what is unchanged") {
  CHECK(kept({hook("a", "1"), hook("b", "2")}, {hook("a", "1"), hook("x", "2")}) ==
        "update b for x, unchanged a");
}

TEST_CASE("sync plan: of two that are the same, that with the same id stays") {
  CHECK(kept({hook("a", "1")}, {hook("x", "1"), hook("a", "1")}) == "delete x, unchanged a");
  CHECK(kept({hook("a", "1"), hook("b", "1")}, {hook("a", "1")}) == "create b, unchanged a");
}

TEST_CASE("sync plan: webhooks that are not active are left alone") {
  const Webhook off = hook("a", "1", {kConfirmed}, false);
  CHECK(made({off}, {}).empty());
  CHECK(made({}, {off}).empty());
  CHECK(made({hook("b", "1")}, {off}) == "create b");
  CHECK(kept({hook("b", "1")}, {off}) == "create b");
  CHECK(kept({off}, {hook("b", "1")}) == "delete b");
  // Two webhooks with one id could not be told apart.
  CHECK(kept({hook("a", "1")}, {off}).empty());
  CHECK(kept({hook("a", "2")}, {off}).empty());
  CHECK(made({hook("a", "1")}, {off}) == "create a");
}
