// What the history keeps of deliveries: the event, how it is delivered, and what became of it.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/body.h"
#include "domain/delivery.h"
#include "domain/retry_policy.h"
#include "domain/signing.h"
#include "domain/timestamp.h"
#include "domain/tls_options.h"

namespace slotflow {

// `expected`: it ended with a status that the user expects, see Outcome.
enum class DeliveryState { pending, delivered, failed, expected };
inline constexpr std::array<std::string_view, 4> kDeliveryStateNames{"pending", "delivered",
                                                                     "failed", "expected"};
inline constexpr std::string_view to_string(DeliveryState state) {
  return kDeliveryStateNames[static_cast<std::size_t>(state)];
}

// Which command made the delivery.
enum class DeliverySource { fire, serve, resend };
inline constexpr std::array<std::string_view, 3> kDeliverySourceNames{"fire", "serve", "resend"};
inline constexpr std::string_view to_string(DeliverySource source) {
  return kDeliverySourceNames[static_cast<std::size_t>(source)];
}

// Why an attempt was made: its time had come, or `deliveries resume` found it undone.
enum class AttemptTrigger { schedule, resume };
inline constexpr std::array<std::string_view, 2> kAttemptTriggerNames{"schedule", "resume"};
inline constexpr std::string_view to_string(AttemptTrigger trigger) {
  return kAttemptTriggerNames[static_cast<std::size_t>(trigger)];
}

// Where the secret of a delivery comes from. The secret itself is not kept.
enum class SignedBy {
  nobody,   // it is not signed
  webhook,  // the webhook with this id, or with this URL
  option,   // --secret and the like: whoever makes the delivery again has to give it again
};
inline constexpr std::array<std::string_view, 3> kSignedByNames{"nobody", "webhook", "option"};
inline constexpr std::string_view to_string(SignedBy by) {
  return kSignedByNames[static_cast<std::size_t>(by)];
}

// All that another process needs to make the attempts of a delivery, except secrets.
struct DeliveryPlan {
  RetryPolicy retry;
  Duration timeout{10'000};
  SignedBy signed_by = SignedBy::nobody;
  Duration skew{0};
  Tamper tamper = Tamper::none;
  std::vector<Header> headers = {};        // added to Slotflow's
  std::vector<std::string> withheld = {};  // names of such headers whose values may be secrets
  std::vector<std::string> expected = {};  // statuses, as given
  TlsOptions tls = {};
  std::string label = {};       // as Delivery::label
  bool after_previous = false;  // as Delivery::after_previous
};

// An event, and the exact bytes that are sent.
struct EventRecord {
  std::string name;
  std::optional<std::string> booking_id;
  Body payload;
};

// A delivery that is about to begin.
struct PlannedDelivery {
  std::string id;
  std::size_t event = 0;  // its place in HistoryBatch::events
  std::size_t lane = 0;   // which of the batch's lanes, see Lane in send/delivery.h
  std::optional<std::string> webhook_id;
  std::string url;
  DeliveryPlan plan;
  std::optional<std::string> resends = {};  // the delivery that it repeats
  std::optional<Timestamp> at = {};         // when it began; nullopt: with the batch
};

// Events and deliveries that begin together.
struct HistoryBatch {
  Timestamp at;
  DeliverySource source = DeliverySource::fire;
  std::vector<EventRecord> events;
  std::vector<PlannedDelivery> deliveries;
};

// A delivery as the history has it.
struct DeliveryRecord {
  std::int64_t seq = 0;  // its place in the history
  std::string id;
  std::string event;
  std::optional<std::string> booking_id;
  std::optional<std::string> webhook_id;
  std::string url;
  DeliveryState state = DeliveryState::pending;
  int attempts = 0;
  std::optional<int> last_status;
  std::optional<std::string> last_error;
  Timestamp created_at;
  std::optional<Timestamp> next_attempt_at;  // only while it is pending
  DeliverySource source = DeliverySource::fire;
  std::optional<std::string> resends;
};

// An attempt as the history has it. Of the request, it has the head.
struct AttemptRecord {
  Attempt attempt;
  AttemptTrigger trigger = AttemptTrigger::schedule;
  std::optional<std::int64_t> signed_at;  // the timestamp (t) in its signature header
};

// A delivery with all that is known about it.
struct DeliveryDetails {
  DeliveryRecord delivery;
  DeliveryPlan plan;
  std::int64_t event_id = 0;  // in the history: deliveries of one event share its payload
  Body payload;
  std::vector<AttemptRecord> attempts;
  std::vector<std::string> resent_as;  // ids of the deliveries that repeat it
};

}  // namespace slotflow
