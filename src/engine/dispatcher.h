// Carries events to endpoints: signs, sends, reports, waits and tries again.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/retry_policy.h"
#include "domain/signing.h"
#include "engine/clock.h"
#include "engine/transport.h"

namespace slotflow {

struct Delivery {
  std::string id;
  std::optional<std::string> webhook_id;
  std::string event;
  std::optional<std::string> booking_id;
  SigningPlan signing;
  Request request;  // without its signature; its body is what is signed
};

// `delivery` as its next attempt would put it on the wire, signed at `now`.
Request signed_request(const Delivery& delivery, Timestamp now);

// The deliveries to one endpoint: each begins when the first attempt of the one before has ended,
// so that duplicates arrive in order while their retries do not wait for each other.
using Lane = std::vector<Delivery>;

struct DispatchResult {
  DeliverySummary summary;
  std::vector<std::string> unfinished;  // URLs, one for each delivery that was given up
};

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
