#include "receive/tally.h"

#include <algorithm>
#include <utility>

namespace slotflow {

namespace {

// Concurrent requests may be counted in another order than their times.
Duration since(Tally::Time then, Tally::Time now) {
  return std::max(Duration(0), std::chrono::duration_cast<Duration>(now - then));
}

}  // namespace

Tally::Tally(TallyOptions options) : options_(std::move(options)) {
  summary_.expect = options_.expect;
  if (is_random(options_.plan)) summary_.seed = options_.plan.seed;
}

ResponseDecision Tally::decide_delivery(const ReceivedRequest& delivery, Time now) {
  Occasion occasion{++deliveries_};
  if (options_.script_per_booking) occasion.step = ++script_steps_.at(booking_key(delivery));
  if (first_refusal_) occasion.since_refusal = since(*first_refusal_, now);
  const ResponseDecision decision = decide(options_.plan, occasion);
  if (decision.retry_after && !first_refusal_) first_refusal_ = now;
  return decision;
}

std::optional<Duration> Tally::seen(const EventKey& event, bool accepted, Time now) {
  Seen& known = events_.at(event);
  if (!known.first) known.first = now;
  const bool duplicate = accepted && known.accepted > 0;
  if (accepted) ++known.accepted;
  return duplicate ? std::optional(since(*known.first, now)) : std::nullopt;
}

void Tally::ended(const Ending& ending) {
  if (ending.shown_status != 0) ++summary_.statuses[ending.shown_status];
  if (ending.fault != nullptr) ++summary_.faults[ending.fault->name];
  ++summary_.requests;
  ++(ending.accepted ? summary_.accepted : summary_.failed);
  if (ending.bad_signature) ++summary_.bad_signatures;
  if (ending.duplicate) ++summary_.duplicates;
  if (!ending.event) return;
  Seen* known = events_.find(*ending.event);  // it may have been forgotten meanwhile
  if (ending.withdrawn && known != nullptr && known->accepted > 0) --known->accepted;
  if (!ending.accepted) return;
  if (known == nullptr || !known->arrived) ++summary_.distinct;
  if (known != nullptr) known->arrived = true;
}

bool Tally::is_enough() const {
  return (options_.expect && summary_.distinct >= *options_.expect) ||
         (options_.count && summary_.requests >= *options_.count);
}

}  // namespace slotflow
