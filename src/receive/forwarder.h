// Passes a received request on to the handler behind the receiver.
#pragma once

#include <optional>
#include <string>

#include <asio/awaitable.hpp>

#include "domain/delivery.h"
#include "http/server.h"
#include "net/event_loop.h"
#include "send/client.h"

namespace slotflow {

// `target` without a path of its own: the request's path and query go on as they are. With one:
// that path, and the request's query.
struct ForwardOptions {
  Url target;
  TlsOptions tls;
  Duration timeout{30'000};  // for the handler's whole response
};

// Not thread-safe: of the loop's thread.
class Forwarder {
 public:
  // Throws Error{io_error} for an unusable CA file. `loop` must outlive it.
  Forwarder(EventLoop& loop, ForwardOptions options);

  // Returns what the handler responded to the method, path, headers and body as they came, less
  // what belongs to one connection alone (RFC 9110, section 7.6.1), with the handler's own Host,
  // and with one more Via. Tried once. Nothing if this machine lacked what a connection needs.
  asio::awaitable<std::optional<Reply>> forward(http::IncomingRequest& request);

  // True if this forwarder has passed the request on before: it has come back in a loop.
  bool has_seen(const std::vector<Header>& headers) const;

  // Everything under way ends, and nothing begins any more.
  void stop();

 private:
  ForwardOptions options_;
  EventLoop& loop_;
  Client client_;
  bool stopped_ = false;
  std::string id_;  // in Via (RFC 9110, section 7.6.3)
};

// The answer that passes `reply` on: 502 if there was no response, 504 if there was none in time,
// 503 for nothing.
http::Answer passed_on(std::optional<Reply> reply);

}  // namespace slotflow
