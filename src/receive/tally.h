// What the receiver remembers of all requests together: how many there were, which events it has
// seen, what the fault plan has decided, and whether that is enough.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "domain/fault_plan.h"
#include "domain/received.h"
#include "receive/event_key.h"
#include "receive/recent.h"

namespace slotflow {

struct TallyOptions {
  FaultPlan plan;
  bool script_per_booking = false;      // each booking walks the plan's script by itself
  std::optional<std::uint64_t> expect;  // enough after so many distinct events were accepted
  std::optional<std::uint64_t> count;   // enough after so many requests
};

// What became of a request, once its answer has ended.
struct Ending {
  bool accepted = false;          // a 2xx reached the client
  int shown_status = 0;           // the status that the client got to see; 0: none
  const Fault* fault = nullptr;   // that was played
  bool bad_signature = false;     // invalid, missing, stale or malformed
  bool duplicate = false;         // as seen() said
  std::optional<EventKey> event;  // none of what is no event
};

// Not thread-safe. Remembers the latest 100,000 events and as many bookings; times are of the
// steady clock, so a change of the time of day changes nothing.
class Tally {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Tally(TallyOptions options);

  // True once `count` requests have come: no more are to be taken.
  bool is_full() const { return options_.count && arrived_ >= *options_.count; }
  // Returns the number of the request that has just come, from 1.
  std::uint64_t arrived() { return ++arrived_; }
  // Returns how the next delivery is answered. Hashes its booking where each booking walks the
  // script by itself.
  AnswerDecision decide_delivery(const ReceivedRequest& delivery, Time now);
  // Notes a delivery of `event`, which is `taken` when it is answered 2xx. Returns, for a
  // duplicate, how long ago the event was first seen. A retry of what was refused is no duplicate:
  // the handler has not taken it yet.
  std::optional<Duration> seen(const EventKey& event, bool taken, Time now);
  // Counts a request. Each is to be told once, when its answer has ended.
  void ended(const Ending& ending);

  // True once `expect` or `count` has been reached.
  bool is_enough() const;
  bool expectation_met() const { return !options_.expect || accepted_ >= *options_.expect; }
  std::uint64_t distinct_accepted() const { return accepted_; }
  const ReceiverSummary& summary() const { return summary_; }

 private:
  struct Seen {
    std::optional<Time> first;
    bool taken = false;     // some delivery of it was, or is being, answered 2xx by the handler
    bool accepted = false;  // such an answer has arrived
  };

  TallyOptions options_;
  std::uint64_t arrived_ = 0;
  std::uint64_t deliveries_ = 0;                  // that used up a decision
  std::uint64_t accepted_ = 0;                    // distinct events
  std::optional<Time> first_refusal_;             // under the plan's retry_after
  Recent<EventKey, std::uint64_t> script_steps_;  // taken by each booking
  Recent<EventKey, Seen> events_;
  ReceiverSummary summary_;
};

}  // namespace slotflow
