// What the receiver saw and did: a request, and the count of them all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/signature.h"
#include "domain/timestamp.h"

namespace slotflow {

struct ReceivedRequest {
  std::uint64_t n = 0;  // in the order of arrival, from 1
  Timestamp at;
  std::string method;                    // empty when the request line could not be read
  std::string path;                      // with its query, as it came
  std::vector<Header> headers;           // order and case as they came
  std::string body;                      // exact bytes
  std::optional<std::string> malformed;  // why it is no request we could take; for people
  std::optional<std::string> event;      // from the payload, where it has one
  std::optional<std::string> booking_id;
  SignatureCheck signature;
  // Set when the same event (its name and booking) was answered 2xx before: how long ago it was
  // first seen.
  std::optional<Duration> duplicate_of_age;
  std::optional<int> status;  // answered; none when the connection was dropped without an answer
  Duration delay{0};          // before the answer
  bool failed_on_purpose = false;
};

struct ReceiverSummary {
  std::uint64_t requests = 0;
  std::uint64_t accepted = 0;  // answered 2xx
  std::uint64_t failed = 0;    // all others
  std::uint64_t duplicates = 0;
  std::uint64_t bad_signatures = 0;  // invalid, missing, stale or malformed
};

}  // namespace slotflow
