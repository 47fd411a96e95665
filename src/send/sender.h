// The interface for sending a request, which tests replace.
#pragma once

#include <asio/awaitable.hpp>

#include "domain/delivery.h"

namespace slotflow {

class Sender {
 public:
  virtual ~Sender() = default;
  // Sends `request` on its own connection and waits for the whole response, at most request.timeout
  // in total. A network error is a Failure in the Reply, never an exception. Does not follow
  // redirects. `request` must outlive the call. Throws Shortage (net/connect.h) if no descriptor,
  // memory or port is left for a connection.
  virtual asio::awaitable<Reply> send(const Request& request) = 0;
};

}  // namespace slotflow
