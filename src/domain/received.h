// A received request with its response, and the summary of all requests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/delivery.h"
#include "domain/fault.h"
#include "domain/late_diagnosis.h"
#include "domain/signature.h"
#include "domain/timestamp.h"

namespace slotflow {

// Bytes that are kept of the body of a handler's response.
inline constexpr std::size_t kHandlerBodyKept = 4096;

// A handler's response with a larger body is not passed on.
inline constexpr std::size_t kMaxHandlerBody = 1024 * 1024;
inline constexpr const char* kHandlerBodyTooLarge = "its body is over 1 MiB";

struct ReceivedRequest {
  std::uint64_t n = 0;  // in the order of arrival, from 1
  Timestamp at;
  std::string method;                    // empty if the request line is invalid
  std::string path;                      // with its query, as received
  std::vector<Header> headers;           // order and case as received
  std::string body;                      // exact bytes
  std::optional<std::string> malformed;  // why the request was rejected as HTTP; for people
  std::optional<std::string> event;      // from the payload, if it has one
  std::optional<std::string> booking_id;
  SignatureCheck signature;
  std::string webhook_id;  // whose secret matches; empty if none does, or not one of the store
  std::shared_ptr<const LateDiagnosis> diagnosis;  // null: none is made
  // Set if the same event (name and booking) was accepted before: how long ago it was first seen.
  std::optional<Duration> duplicate_of_age;
  // Of the response; nullopt if the client did not receive one.
  std::optional<int> status;
  Duration delay{0};  // before the response
  bool failed_on_purpose = false;
  const Fault* fault = nullptr;  // applied to the response on the wire
  // Reply of the handler behind the receiver, if the request was forwarded. Of the body, at most
  // kHandlerBodyKept bytes; then `cut` is set.
  std::optional<Reply> forwarded;
  bool handler_body_too_large = false;  // so the client got 502 in place of the response
  // Set if the signature is valid, but the handler returned 401 or 403: the number of the first
  // such request, which is explained in full.
  std::optional<std::uint64_t> handler_disagrees_since;
  // The command that prints the secret of webhook_id; only in the first such request, and empty if
  // no webhook has this URL.
  std::string secret_command;
  // Set if the client closed the connection before the response was complete: the time since the
  // request was complete. There is no status then.
  std::optional<std::chrono::microseconds> given_up_after;
};

// What ended the receiver.
enum class ReceiverEnd { signal, time, expectation, count, reader, command };
inline constexpr std::array<std::string_view, 6> kReceiverEnds{"signal", "time",   "expectation",
                                                               "count",  "reader", "command"};
inline constexpr std::string_view to_string(ReceiverEnd end) {
  return kReceiverEnds[static_cast<std::size_t>(end)];
}

struct ReceiverSummary {
  std::uint64_t requests = 0;
  std::uint64_t accepted = 0;  // with a 2xx response
  std::uint64_t failed = 0;    // all others
  std::uint64_t duplicates = 0;
  std::uint64_t bad_signatures = 0;                       // invalid, missing, stale or malformed
  std::map<int, std::uint64_t> statuses = {};             // how often clients received each status
  std::map<std::string_view, std::uint64_t> faults = {};  // how often each fault was applied
  std::optional<std::uint64_t> seed = {};                 // of the decisions, if any was random
  std::uint64_t not_shown = 0;                            // requests missing from the output
  std::uint64_t distinct = 0;                             // events with an accepted delivery
  std::optional<std::uint64_t> expect = {};               // the number of --expect
  std::optional<ReceiverEnd> ended = {};
};

}  // namespace slotflow
