// Forwards received requests to the handler behind the receiver.
#pragma once

#include <optional>
#include <string>

#include <asio/awaitable.hpp>

#include "domain/delivery.h"
#include "domain/received.h"
#include "http/server.h"
#include "net/event_loop.h"
#include "send/client.h"

namespace slotflow {

// If `target` has no path, requests keep their path and query. Otherwise they get the path of
// `target` and keep their query.
struct ForwardOptions {
  Url target;
  TlsOptions tls;
  Duration timeout{30'000};  // for the handler's whole response
};

// Not thread-safe: use it on the loop's thread only.
class Forwarder {
 public:
  // Throws Error{io_error} if the CA file cannot be used. `loop` must outlive this object.
  Forwarder(EventLoop& loop, ForwardOptions options);

  // Sends method, path, headers and body as received to the handler, without headers that apply
  // only to one connection (RFC 9110, section 7.6.1), with the handler's Host and one more Via.
  // Does not retry. Returns the reply, or nullopt if no connection could be opened for lack of
  // descriptors, memory or ports.
  asio::awaitable<std::optional<Reply>> forward(http::IncomingRequest& request);

  // Returns whether this forwarder has forwarded the request before: there is a loop.
  bool has_seen(const std::vector<Header>& headers) const;

  // Ends all current calls; later ones do nothing.
  void stop();

 private:
  ForwardOptions options_;
  EventLoop& loop_;
  Client client_;
  bool stopped_ = false;
  std::string id_;  // in Via (RFC 9110, section 7.6.3)
};

// Returns `reply` as it is reported: with the beginning of the body only.
Reply beginning_of(const Reply& reply);

// Returns the response that passes `reply` on: 502 if there is no response, 504 after a time-out,
// 503 for nullopt.
http::OutgoingResponse passed_on(std::optional<Reply> reply);

}  // namespace slotflow
