// One event on its way to one endpoint: what is sent, what came back, what it means.
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

// The first value of a header, its name compared without case (RFC 9110, section 5.1).
std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                            std::string_view name);

inline constexpr std::size_t kMaxResponseBody = 64 * 1024;  // bytes

struct Request {
  Url url;
  std::vector<Header> headers;  // in their order; what is missing of Host, Content-Length and
                                // Connection is added
  Body body;                    // sent as it is
  Duration timeout{10'000};     // for everything together, name resolution included
  std::string method = "POST";
  std::size_t max_response_body = kMaxResponseBody;  // the rest is not read, unless
  bool whole_response = false;                       // it is read, and forgotten
  std::size_t pause_after = 0;  // so many bytes of the body, for a moment: two packets; 0: never
};

struct Response {
  int status = 0;
  std::vector<Header> headers;
  std::string body;         // no more than was asked for
  bool cut = false;         // there was more of it
  std::string reason = {};  // the reason phrase exactly as received; may be empty
};

// Why there is no response; the names are the `error` column of the JSON output. `interrupted` is
// ours alone: the attempt was given up because the user wants to stop, and is not reported.
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

struct Failure {
  FailureKind kind;
  std::string detail;            // for people: "certificate has expired"
  Stage stage = Stage::request;  // request: nothing of the response has arrived
};

struct Reply {
  std::variant<Response, Failure> result;
  std::string address;  // where the connection went, 127.0.0.1:3000; empty when there was none
  std::chrono::microseconds duration{0};
  std::optional<Timestamp> certificate_until = {};  // the end of the endpoint's, over TLS

  const Response* response() const { return std::get_if<Response>(&result); }
  const Failure* failure() const { return std::get_if<Failure>(&result); }
  // Any 2xx is success; everything else is failure, 3xx too (Slotflow follows no redirects).
  bool delivered() const;
};

enum class Outcome { delivered, retrying, failed };
inline constexpr std::array<std::string_view, 3> kOutcomeNames{"delivered", "retrying", "failed"};
inline constexpr std::string_view to_string(Outcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

// One attempt as it is reported.
struct Attempt {
  std::string delivery_id;
  std::optional<std::string> webhook_id;
  std::string url;
  std::string event;
  std::optional<std::string> booking_id;
  int number = 1;        // from 1
  int max_attempts = 1;  // of this delivery
  Timestamp at;          // when it began
  Reply reply;
  Outcome outcome = Outcome::failed;
  std::optional<Duration> next_attempt_in;  // only when retrying
};

struct DeliverySummary {
  std::size_t deliveries = 0;
  std::size_t delivered = 0;
  std::size_t failed = 0;
  std::size_t unfinished = 0;  // given up because of an interrupt
  std::size_t attempts = 0;
};

}  // namespace slotflow
