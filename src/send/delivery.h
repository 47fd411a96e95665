// An event on its way to one endpoint, and how each attempt of it is signed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/signing.h"
#include "domain/timestamp.h"

namespace slotflow {

struct Delivery {
  std::string id;
  std::optional<std::string> webhook_id;
  std::string event;
  std::optional<std::string> booking_id;
  SigningPlan signing;
  // Its headers are those that are added to Slotflow's, see slotflow_headers(); its body is what is
  // signed.
  Request request;
};

// `delivery` as its next attempt is sent, signed at `now`.
Request signed_request(const Delivery& delivery, Timestamp now);

// The deliveries to one endpoint: each begins when the first attempt of the one before has ended,
// so that duplicates arrive in order while their retries do not wait for each other.
using Lane = std::vector<Delivery>;

struct DispatchResult {
  DeliverySummary summary;
  std::vector<std::string> unfinished;  // URLs, one for each delivery that was given up
};

}  // namespace slotflow
