// How the webhooks of one place become those of another.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "domain/webhook.h"

namespace slotflow {

enum class SyncAction { remove, create, update, unchanged };

struct SyncActionInfo {
  SyncAction action;
  std::string_view name;  // in results
  std::string_view done;
};

inline constexpr std::array<SyncActionInfo, 4> kSyncActions{{
    {SyncAction::remove, "delete", "deleted"},
    {SyncAction::create, "create", "created"},
    {SyncAction::update, "update", "updated"},
    {SyncAction::unchanged, "unchanged", "unchanged"},
}};

inline constexpr const SyncActionInfo& info(SyncAction action) {
  return kSyncActions[static_cast<std::size_t>(action)];
}

struct SyncStep {
  SyncAction action;
  Webhook webhook;       // created or updated: as it is wanted, otherwise as it is
  std::string replaced;  // updated: the id that it has before
};

// The ids and secrets of the webhooks that are created.
enum class SyncIds {
  kept,  // those of the wanted webhooks
  made   // new ones, made where the webhooks are created
};

struct SyncPlan {
  SyncIds ids = SyncIds::kept;
  std::vector<SyncStep> steps;  // in the order in which they are carried out

  std::size_t count(SyncAction action) const;
  std::size_t changes() const;  // steps that are not unchanged
};

// Returns how the webhooks `present` become those that are `wanted`. Two are the same if they have
// the same URL and the same events, in any order; if ids are kept and the id or the secret differs,
// the webhook is updated. Webhooks that are not active are neither copied nor deleted, and if ids
// are kept, no webhook gets the id of one.
//
// No step leads to more webhooks than there are before the first or after the last one, so that the
// limit of a plan is not reached early. A webhook whose events differ is deleted and created in two
// steps that follow each other.
SyncPlan plan_sync(const std::vector<Webhook>& wanted, const std::vector<Webhook>& present,
                   SyncIds ids);

}  // namespace slotflow
