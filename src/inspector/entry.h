// What the inspector shows: a request that was received, or a delivery that was sent.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/body.h"
#include "domain/delivery.h"
#include "domain/history.h"
#include "domain/signature.h"
#include "domain/timestamp.h"
#include "domain/tls_options.h"

namespace slotflow {

// A row of the list.
struct EntryRow {
  std::string id;  // of letters, digits and dashes
  bool is_delivery = false;
  std::uint64_t n = 0;  // in the order of time, from 1
  Timestamp at;
  std::string method;
  std::string path;  // as received; of a delivery, the whole URL
  std::optional<std::string> event;
  std::optional<std::string> booking_id;
  std::string webhook_id;            // empty if it is not known
  std::optional<int> status;         // of the response; of a delivery, of the last attempt
  std::optional<std::string> error;  // why there is no status, or why the request is no valid HTTP
  std::optional<std::chrono::microseconds> duration;
  std::optional<SignatureVerdict> signature;  // of a request
  bool duplicate = false;                     // the event was accepted before
  int attempt = 1;      // which request of this event; of a delivery, how many attempts were made
  bool failed = false;  // the response is not 2xx; a delivery is not delivered, and has ended
  std::optional<DeliveryState> state;  // of a delivery; or `pending`: the response has not ended
  bool pinned = false;
  std::size_t bytes = 0;  // of the body
};

// Returns the row as JSON, in one line.
std::string to_json(const EntryRow& row);

// All that is known about an entry, as JSON.
struct EntryDetails {
  EntryRow row;
  std::string line;                   // the object that listen, or deliveries show, prints
  std::vector<std::string> attempts;  // of a delivery: the objects that deliveries show prints
  std::vector<EntryRow> related;      // the newest 200 of the same booking, the oldest first
};

// The request of an entry and its response, to send it again or to export it.
struct EntryContent {
  EntryRow row;
  std::string url;            // to which it was sent
  bool is_valid_http = true;  // else it cannot be sent again
  std::vector<Header> headers;
  Body body;
  std::optional<Response> response;
  TlsOptions tls;  // with which it can be sent there again
};

}  // namespace slotflow
