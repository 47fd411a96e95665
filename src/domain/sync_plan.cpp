#include "domain/sync_plan.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace slotflow {

namespace {

bool has_same_events(const Webhook& one, const Webhook& other) {
  return std::ranges::all_of(kEvents, [&](const EventInfo& row) {
    const bool is_in_one = std::ranges::count(one.events, row.event) > 0;
    return is_in_one == (std::ranges::count(other.events, row.event) > 0);
  });
}

std::vector<Webhook> active_ones(const std::vector<Webhook>& webhooks) {
  std::vector<Webhook> active;
  std::ranges::copy_if(webhooks, std::back_inserter(active), &Webhook::active);
  return active;
}

// Takes the webhook that is the same as `wanted` out of `present`: that with the same id, if
// several are.
std::optional<Webhook> take_same(std::vector<Webhook>& present, const Webhook& wanted) {
  auto found = present.end();
  for (auto one = present.begin(); one != present.end(); ++one) {
    if (one->url != wanted.url || !has_same_events(*one, wanted)) continue;
    if (found == present.end() || one->id == wanted.id) found = one;
  }
  if (found == present.end()) return std::nullopt;
  Webhook taken = std::move(*found);
  present.erase(found);
  return taken;
}

}  // namespace

std::size_t SyncPlan::count(SyncAction action) const {
  return static_cast<std::size_t>(std::ranges::count(steps, action, &SyncStep::action));
}

std::size_t SyncPlan::changes() const {
  return steps.size() - count(SyncAction::unchanged);
}

SyncPlan plan_sync(const std::vector<Webhook>& wanted, const std::vector<Webhook>& present,
                   SyncIds ids) {
  std::vector<Webhook> left = active_ones(present);
  std::vector<Webhook> created;
  std::vector<SyncStep> updates;
  std::vector<SyncStep> unchanged;
  for (const Webhook& webhook : active_ones(wanted)) {
    const bool is_off = std::ranges::any_of(
        present, [&](const Webhook& other) { return !other.active && other.id == webhook.id; });
    if (ids == SyncIds::kept && is_off) continue;
    const std::optional<Webhook> before = take_same(left, webhook);
    if (!before) {
      created.push_back(webhook);
    } else if (ids == SyncIds::kept &&
               (before->id != webhook.id || before->signing_secret != webhook.signing_secret)) {
      updates.push_back({SyncAction::update, webhook, before->id});
    } else {
      unchanged.push_back({SyncAction::unchanged, *before, {}});
    }
  }
  SyncPlan plan{ids, {}};
  std::vector<SyncStep> exchanges;
  for (const Webhook& removed : left) {
    const auto replacement = std::ranges::find(created, removed.url, &Webhook::url);
    if (replacement == created.end()) {
      plan.steps.push_back({SyncAction::remove, removed, {}});
      continue;
    }
    exchanges.push_back({SyncAction::remove, removed, {}});
    exchanges.push_back({SyncAction::create, std::move(*replacement), {}});
    created.erase(replacement);
  }
  std::ranges::move(exchanges, std::back_inserter(plan.steps));
  for (const Webhook& webhook : created) plan.steps.push_back({SyncAction::create, webhook, {}});
  std::ranges::move(updates, std::back_inserter(plan.steps));
  std::ranges::move(unchanged, std::back_inserter(plan.steps));
  return plan;
}

}  // namespace slotflow
