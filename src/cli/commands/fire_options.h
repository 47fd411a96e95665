// The options of `fire`, and the steps from them to deliveries.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/api_option.h"
#include "cli/context.h"
#include "cli/options.h"
#include "cli/secrets.h"
#include "domain/booking.h"
#include "domain/event.h"
#include "domain/history.h"
#include "domain/raw_json.h"
#include "domain/retry_policy.h"
#include "domain/signing.h"
#include "domain/status_set.h"
#include "net/tls.h"
#include "send/delivery.h"

namespace slotflow {

struct FireOptions {
  std::string event;  // as typed; empty: not given

  // Target
  std::vector<std::string> webhooks;  // ids, their prefixes, or URLs
  ApiOption api;                      // whose webhooks those are
  std::vector<Url> to;
  SecretOptions secret;

  // Payload
  std::optional<std::uint64_t> seed;
  std::optional<std::string> booking_id;
  std::vector<std::string> set;
  std::vector<std::string> metadata;
  std::map<std::string, std::string> metadata_files = {};  // contents, by their names
  std::optional<Preset> preset;
  std::optional<std::string> payload;  // a file's name, or "-"

  // Delivery
  Duration timeout{10'000};
  RetryPolicy retry;
  bool gives_delays = false;  // with --retry-delays or --speed
  bool no_retry = false;
  TlsOptions tls;
  std::vector<Header> headers;
  StatusSet expected_statuses;

  // Invalid on purpose
  Tamper tamper = Tamper::none;
  Duration skew{0};
  std::uint64_t duplicate = 1;

  bool dry_run = false;
  bool curl = false;
  bool verbose = false;
  bool no_history = false;
};

// The event to send: the body's exact bytes, and what is known about them.
struct EventMessage {
  Event event = Event::booking_confirmed;  // which webhooks get it
  std::string name;                        // of the event: what the payload says, if it does
  Body body;
  std::optional<Json> payload;  // nullopt: the body is not JSON
  std::optional<std::string> booking_id;
  std::uint64_t seed = 0;
  bool seed_is_random = false;  // the seed is random and was used
  bool id_is_random = false;    // the booking's id is random and does not follow from the seed
};

// Reads the files that --metadata names, each once. Call it before make_messages(). Throws
// Error{io_error}.
void read_metadata_files(FireOptions& options, const Context& context);

// Makes the payloads, one for each event, or reads the given one. Throws Error{usage} and
// Error{io_error}.
std::vector<EventMessage> make_messages(const FireOptions& options, Context& context);

// What --booking-id takes for the booking that was confirmed last.
inline constexpr std::string_view kLastBooking = "last";

// Returns the data of the booking that is to be cancelled, if it was fired before and is in the
// history. Throws Error{not_found} if there is no last one.
std::optional<RawJson> booking_fired_before(const FireOptions& options, Event event,
                                            Context& context);

// Throws Error{usage} for options that do not fit together. `json`: with --json.
void refuse_combinations(const FireOptions& options, bool json);

// Returns one lane for each endpoint. Throws Error{not_found} if no webhook is subscribed.
std::vector<Lane> make_lanes(const FireOptions& options, const std::vector<EventMessage>& messages,
                             Context& context);

// Returns what the history keeps of deliveries that are about to begin.
HistoryBatch history_batch(const FireOptions& options, const std::vector<EventMessage>& messages,
                           const std::vector<Lane>& lanes, const RetryPolicy& retry, Timestamp now);

}  // namespace slotflow
