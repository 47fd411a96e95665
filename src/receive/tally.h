// The state of the receiver across requests: counts, known events, decisions of the fault plan, and
// whether the expected number is reached.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "domain/fault_plan.h"
#include "domain/received.h"
#include "receive/event_key.h"
#include "receive/recent.h"
#include "system/steady_clock.h"

namespace slotflow {

struct TallyOptions {
  FaultPlan plan;
  bool script_per_booking = false;      // each booking has its own position in the script
  std::optional<std::uint64_t> expect;  // enough after this many distinct accepted events
  std::optional<std::uint64_t> count;   // enough after this many requests
};

// The outcome of a request, when its response has ended.
struct Ending {
  bool accepted = false;          // the client received a 2xx response
  int shown_status = 0;           // the status that the client received; 0: none
  const Fault* fault = nullptr;   // that was applied
  bool bad_signature = false;     // invalid, missing, stale or malformed
  bool duplicate = false;         // as seen() returned, unless it is withdrawn
  bool may_be_withdrawn = false;  // seen() was told that the receiver itself accepts it
  bool withdrawn = false;         // and then the client did not receive the response
  std::optional<EventKey> event;  // nullopt if it is not an event
};

// Keeps the latest 100,000 events and as many bookings. Times are of the steady clock, so that
// setting the time of day has no effect. Not thread-safe.
class Tally {
 public:
  using Time = SteadyTime;

  explicit Tally(TallyOptions options);

  // Returns whether `count` requests have arrived, so that later ones must be dropped.
  bool is_full() const { return options_.count && arrived_ >= *options_.count; }
  // Counts a request that has arrived and returns its number, from 1.
  std::uint64_t arrived() { return ++arrived_; }
  // Decides the response to the next delivery.
  ResponseDecision decide_delivery(const ReceivedRequest& delivery, Time now);
  // Records a delivery of `event`; `accepted`: its response is 2xx. Returns how long ago the event
  // was first seen if it is a duplicate, else nullopt. A retry of a rejected event is not a
  // duplicate, nor is a retry after an acceptance that was withdrawn before it arrived.
  std::optional<Duration> seen(const EventKey& event, bool accepted, Time now);
  // Counts a request. Call it once for each, when its response has ended.
  void ended(const Ending& ending);

  // Returns whether `expect` or `count` has been reached.
  bool is_enough() const;
  bool expectation_met() const { return !options_.expect || summary_.distinct >= *options_.expect; }
  const ReceiverSummary& summary() const { return summary_; }

 private:
  struct Seen {
    std::optional<Time> first;
    std::uint64_t accepted = 0;  // deliveries that have, or are getting, a 2xx response
    bool arrived = false;        // the client has received such a response
  };

  TallyOptions options_;
  std::uint64_t arrived_ = 0;
  std::uint64_t deliveries_ = 0;                  // that the plan has decided
  std::optional<Time> first_refusal_;             // under the plan's retry_after
  Recent<EventKey, std::uint64_t> script_steps_;  // of each booking
  Recent<EventKey, Seen> events_;
  ReceiverSummary summary_;
};

}  // namespace slotflow
