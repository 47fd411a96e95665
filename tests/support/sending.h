// Sends one request as fire does, with the real client.
#pragma once

#include <string>

#include "send/blocking_client.h"

namespace slotflow::test {

struct Sending {
  std::string url;
  std::string body = "{}";
  Duration timeout = std::chrono::seconds(60);  // only tests of the timeout should meet theirs
  TlsOptions tls = {};
  std::vector<Header> headers = {};
};

inline Request request_of(const Sending& sending) {
  return {parse_url("--to", sending.url), sending.headers, sending.body, sending.timeout};
}

inline Reply send(const Sending& sending, const Interrupt& interrupt) {
  return BlockingClient(sending.tls, interrupt).send(request_of(sending));
}
inline Reply send(const Sending& sending) {
  const Interrupt never;
  return send(sending, never);
}

// "connection_refused: Connection refused", or "200".
inline std::string describe(const Reply& reply) {
  if (const Response* response = reply.response()) return std::to_string(response->status);
  const Failure& failure = *reply.failure();
  return std::string(to_string(failure.kind)) +
         (failure.detail.empty() ? "" : ": " + failure.detail);
}
inline std::string kind_of(const Reply& reply) {
  const Failure* failure = reply.failure();
  return failure != nullptr ? std::string(to_string(failure->kind)) : describe(reply);
}

}  // namespace slotflow::test
