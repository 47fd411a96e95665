// The delivery of an event to an endpoint.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/history.h"
#include "domain/retry_policy.h"
#include "domain/signing.h"
#include "domain/status_set.h"
#include "domain/timestamp.h"

namespace slotflow {

// When a delivery is retried, and what ends it besides 2xx.
struct DeliveryTerms {
  RetryPolicy retry;
  StatusSet expected_statuses = {};  // one of these ends it, without a retry
};

struct Delivery {
  std::string id;
  std::optional<std::string> webhook_id;
  std::string event;
  std::optional<std::string> booking_id;
  SigningPlan signing;
  SignedBy signed_by = SignedBy::nobody;
  // The headers are added to Slotflow's, see slotflow_headers(). The body is signed.
  Request request;
  std::string label = {};       // for people: which of the deliveries to this endpoint it is
  bool after_previous = false;  // starts when the lane's deliveries before it have ended
  std::shared_ptr<const DeliveryTerms> terms = {};  // null: those of the scheduler
  // Of a delivery that was begun before, or by another process:
  int attempts_made = 0;
  std::optional<Timestamp> due = {};  // of the next attempt; nullopt: now
};

// Returns the request for the next attempt, signed at `now`.
Request signed_request(const Delivery& delivery, Timestamp now);

// The deliveries to an endpoint. Each starts when the first attempt of the previous one has ended,
// so that duplicates arrive in order but retries do not wait for each other; unless it is to start
// after_previous.
using Lane = std::vector<Delivery>;

struct DeliveryResult {
  DeliverySummary summary;
  std::vector<std::string> unfinished;  // URLs, one for each abandoned delivery
};

}  // namespace slotflow
