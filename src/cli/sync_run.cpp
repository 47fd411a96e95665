#include "cli/sync_run.h"

#include <vector>

#include "domain/error.h"
#include "system/interrupt.h"

namespace slotflow {

namespace {

// Somebody else may have been faster.
void remove_if_there(const Webhook& webhook, Webhooks& api) {
  try {
    api.remove({webhook.id});
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
}

}  // namespace

SyncRun::SyncRun(const SyncPlan& plan, Context& context) : plan_(plan), context_(context) {
  summary_.unchanged = plan.count(SyncAction::unchanged);
  summary_.left = plan.changes();
}

void SyncRun::in_store() {
  std::vector<std::string> removed;
  std::vector<Webhook> added;
  for (const SyncStep& step : plan_.steps) {
    if (step.action == SyncAction::remove) removed.push_back(step.webhook.id);
    if (step.action == SyncAction::update) removed.push_back(step.replaced);
    if (step.action == SyncAction::create || step.action == SyncAction::update) {
      added.push_back(step.webhook);
    }
  }
  context_.registry().exchange(removed, added);
  for (const SyncStep& step : plan_.steps) {
    if (step.action != SyncAction::unchanged) made(step.action, step.webhook);
  }
}

void SyncRun::at_api(Webhooks& api) {
  for (const SyncStep& step : plan_.steps) {
    if (step.action == SyncAction::unchanged) continue;
    if (context_.world.interrupt.triggered()) throw Interrupted();
    try {
      make(step, api);
    } catch (const Error& error) {
      throw Error(error.code(),
                  "cannot " + std::string(info(step.action).name) + ' ' + step.webhook.url + ": " +
                      error.what(),
                  error.hint());
    }
  }
}

void SyncRun::make(const SyncStep& step, Webhooks& api) {
  if (step.action == SyncAction::remove) {
    remove_if_there(step.webhook, api);
    made(step.action, step.webhook);
  } else {
    created_ = api.add({step.webhook.url, step.webhook.events});
    made(step.action, *created_);
  }
}

void SyncRun::made(SyncAction action, const Webhook& webhook) {
  context_.output.show(SyncChange{action, webhook});
  std::size_t& count = action == SyncAction::remove   ? summary_.deleted
                       : action == SyncAction::create ? summary_.created
                                                      : summary_.updated;
  ++count;
  --summary_.left;
}

}  // namespace slotflow
