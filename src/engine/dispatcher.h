// Carries events to endpoints: signs, sends, reports, waits and tries again.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/retry_policy.h"
#include "engine/clock.h"
#include "engine/transport.h"
#include "send/delivery.h"

namespace slotflow {

class Dispatcher {
 public:
  // `report` is called for one attempt at a time, from any thread. All must outlive it.
  Dispatcher(Transport& transport, Clock& clock, RetryPolicy policy,
             std::function<void(const Attempt&)> report)
      : transport_(transport),
        clock_(clock),
        policy_(std::move(policy)),
        report_(std::move(report)) {}

  // Returns when every delivery has been delivered or has failed for good, or soon after the
  // clock's wait or the transport is interrupted. All lanes run at once, up to 1,024 of them.
  DispatchResult run(std::vector<Lane> lanes);

 private:
  Transport& transport_;
  Clock& clock_;
  RetryPolicy policy_;
  std::function<void(const Attempt&)> report_;
};

}  // namespace slotflow
