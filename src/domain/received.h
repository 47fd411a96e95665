// What the receiver saw and did: a request, and the count of them all.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/fault.h"
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
  // Answered; none when the client gets to see none.
  std::optional<int> status;
  Duration delay{0};  // before the answer
  bool failed_on_purpose = false;
  const Fault* fault = nullptr;    // what becomes of the answer on the wire
  std::optional<Reply> forwarded;  // what the handler behind the receiver answered, if it was asked
  // Set when the client closed the connection before the response was complete: so long after the
  // request had come. There is no status then.
  std::optional<std::chrono::microseconds> given_up_after;
};

struct ReceiverSummary {
  std::uint64_t requests = 0;
  std::uint64_t accepted = 0;  // answered 2xx
  std::uint64_t failed = 0;    // all others
  std::uint64_t duplicates = 0;
  std::uint64_t bad_signatures = 0;                       // invalid, missing, stale or malformed
  std::map<int, std::uint64_t> answers = {};              // how often each status was shown
  std::map<std::string_view, std::uint64_t> faults = {};  // how often each fault was played
  std::optional<std::uint64_t> seed = {};                 // of the decisions, where any was drawn
  std::uint64_t not_shown = 0;                            // requests that are missing in the output
};

}  // namespace slotflow
