// Carries out the plan of sync.
#pragma once

#include <optional>
#include <string>

#include "cli/context.h"
#include "domain/sync_plan.h"
#include "report/sync.h"
#include "store/webhooks.h"

namespace slotflow {

// Shows each change when it is made, and knows what is done. All arguments must outlive this
// object.
class SyncRun {
 public:
  SyncRun(const SyncPlan& plan, Context& context);

  // Makes all changes at once. Throws what Registry::exchange() throws.
  void in_store();
  // Makes one change after the other. Throws what `api` throws, with the change in the message, and
  // Interrupted.
  void at_api(Webhooks& api);

  const SyncSummary& summary() const { return summary_; }
  // Returns the webhook that at_api() created last, with its secret.
  const std::optional<Webhook>& last_created() const { return created_; }

 private:
  void make(const SyncStep& step, Webhooks& api);
  void made(SyncAction action, const Webhook& webhook);

  const SyncPlan& plan_;
  Context& context_;
  SyncSummary summary_;
  std::optional<Webhook> created_;
};

}  // namespace slotflow
