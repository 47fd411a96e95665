// An attempt to deliver an event: the request, the response and the outcome.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/body.h"
#include "domain/duration.h"
#include "domain/timestamp.h"
#include "domain/url.h"

namespace slotflow {

struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};

// Returns the first value of a header. Ignores the case of its name (RFC 9110, section 5.1).
std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                            std::string_view name);

// Returns the headers in a header section as RequestBytes has it: "Name: value" in each line.
std::vector<Header> headers_in(std::string_view head);

inline constexpr std::size_t kMaxResponseBody = 64 * 1024;  // bytes

struct Request {
  Url url;
  std::vector<Header> headers;  // in order; Host, Content-Length and Connection are added if
                                // missing
  Body body;                    // sent unchanged, but see in_chunks
  Duration timeout{10'000};     // for the whole attempt, name lookup included
  std::string method = "POST";
  std::size_t max_response_body = kMaxResponseBody;  // body bytes kept
  bool in_chunks = false;       // Transfer-Encoding: chunked, with the body in one chunk
  bool whole_response = false;  // read the rest and discard it (else stop reading)
};

struct Response {
  int status = 0;
  std::vector<Header> headers;
  std::string body;         // at most max_response_body bytes
  bool cut = false;         // the body was longer
  std::string reason = {};  // the reason phrase exactly as received; may be empty
  int minor_version = 1;    // HTTP/1.x
  bool followed = false;    // more bytes came with its end, which belong to no response
};

// Why there is no response. to_string() gives the JSON value of `error`. `interrupted` is internal:
// the user stopped the program; the attempt is not reported.
enum class FailureKind {
  timeout,
  connection_refused,
  unreachable,
  connection_reset,
  connection_closed,
  dns,
  tls,
  bad_response,
  interrupted,
};
inline constexpr std::array<std::string_view, 9> kFailureNames{
    "timeout", "connection_refused", "unreachable", "connection_reset", "connection_closed", "dns",
    "tls",     "bad_response",       "interrupted"};
inline constexpr std::string_view to_string(FailureKind kind) {
  return kFailureNames[static_cast<std::size_t>(kind)];
}

// How far an attempt had come when it failed: what it was doing, or waiting for.
enum class Stage { lookup, connect, tls, request, head, body };
inline constexpr std::array<std::string_view, 6> kStageNames{"lookup",  "connect", "tls",
                                                             "request", "head",    "body"};
inline constexpr std::string_view to_string(Stage stage) {
  return kStageNames[static_cast<std::size_t>(stage)];
}

// What a failure is about, if more is known than its kind: from the peer's bytes and alerts, and
// from OpenSSL's codes.
enum class FailureCause {
  unknown,
  not_tls,             // the peer does not speak TLS at this port
  needs_tls,           // the peer speaks TLS at this port
  client_certificate,  // the peer asks for one
  unknown_name,        // the peer does not know the host's name
  wrong_name,          // the certificate is for other names
  wrong_date,          // the certificate is not valid now
  untrusted,           // the certificate cannot be verified
  handshake,           // the two sides do not agree otherwise
  after_handshake,     // the two sides have agreed, and TLS failed later
};
inline constexpr std::array<std::string_view, 10> kFailureCauseNames{
    "unknown",    "not_tls",    "needs_tls", "client_certificate", "unknown_name",
    "wrong_name", "wrong_date", "untrusted", "handshake",          "after_handshake"};
inline constexpr std::string_view to_string(FailureCause cause) {
  return kFailureCauseNames[static_cast<std::size_t>(cause)];
}

struct Failure {
  FailureKind kind;
  std::string detail = {};       // for people: "certificate has expired"
  Stage stage = Stage::request;  // request: nothing of the response has arrived
  FailureCause cause = FailureCause::unknown;
};

struct Reply {
  std::variant<Response, Failure> result;
  std::string address;  // of the peer, such as 127.0.0.1:3000; empty if there was no connection
  std::chrono::microseconds duration{0};
  std::chrono::microseconds connecting{0};  // of it, by TCP; 0: it was connected
  // Of it, after connecting and before the request was written: other connections had their turn. 0
  // over TLS, for a large request, and for one that was not written.
  std::chrono::microseconds write_delay{0};
  std::optional<Timestamp> certificate_until = {};  // when the endpoint's expires; over TLS
  // Bytes of the request that were passed to the operating system. The endpoint may have received
  // fewer.
  std::size_t sent = 0;

  const Response* response() const { return std::get_if<Response>(&result); }
  const Failure* failure() const { return std::get_if<Failure>(&result); }
  // Returns whether the status is 2xx. Slotflow does not follow redirects, so 3xx is a failure.
  bool delivered() const;
};

// Bytes that are kept of the body of a request.
inline constexpr std::size_t kRequestBodyKept = 16 * 1024;

// The bytes of a request, to show them.
struct RequestBytes {
  std::string head;      // the header section with its final empty line
  std::string body;      // at most kRequestBodyKept bytes
  std::size_t size = 0;  // of the whole request
};

// `expected` ends a delivery, like `delivered` and `failed`: the status is one that the user
// expects.
enum class Outcome { delivered, retrying, failed, expected };
inline constexpr std::array<std::string_view, 4> kOutcomeNames{"delivered", "retrying", "failed",
                                                               "expected"};
inline constexpr std::string_view to_string(Outcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

// An attempt as it is reported.
struct Attempt {
  std::string delivery_id;
  std::optional<std::string> webhook_id;
  std::string url;
  std::string event;
  std::optional<std::string> booking_id;
  std::string label = {};  // which of the deliveries to this URL it is; empty if the only one
  int number = 1;          // from 1
  int max_attempts = 1;    // of this delivery
  Timestamp at;            // when it began
  Reply reply;
  Outcome outcome = Outcome::failed;
  std::optional<Duration> next_attempt_in;   // only when retrying
  std::string expected_status = {};          // such as "401 or 4xx"; empty: the user expects none
  bool invalid_on_purpose = false;           // a good handler rejects the request
  Duration timeout{10'000};                  // of the request
  std::optional<RequestBytes> request = {};  // if it is to be shown, with the whole response

  // Returns whether the request was invalid on purpose, and got a 4xx status.
  bool rejected_as_it_should() const;
};

struct DeliverySummary {
  std::size_t deliveries = 0;
  std::size_t delivered = 0;
  std::size_t failed = 0;
  std::size_t unfinished = 0;  // abandoned because of an interrupt
  std::size_t attempts = 0;
  std::size_t expected = 0;  // ended with a status that the user expects
  std::size_t rejected = 0;  // of `failed`: invalid on purpose, and the last status was 4xx
};

}  // namespace slotflow
