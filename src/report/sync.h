// What sync shows.
#pragma once

#include <cstddef>
#include <string>

#include "domain/sync_plan.h"
#include "report/style.h"

namespace slotflow {

// A step that has been carried out.
struct SyncChange {
  SyncAction action;
  Webhook webhook;  // as it is now, or as it was
};

struct SyncSummary {
  std::size_t created = 0;
  std::size_t deleted = 0;
  std::size_t updated = 0;
  std::size_t unchanged = 0;
  std::size_t left = 0;  // changes that were not made
};

std::string text_of(const SyncPlan& plan, const Style& style);
std::string text_of(const SyncChange& change, const Style& style);
std::string text_of(const SyncSummary& summary, const Style& style);

std::string json_of(const SyncPlan& plan);
std::string json_of(const SyncChange& change);
std::string json_of(const SyncSummary& summary);

}  // namespace slotflow
