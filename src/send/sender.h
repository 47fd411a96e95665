// Sends one request to one endpoint: the seam between what is sent and the network.
#pragma once

#include <asio/awaitable.hpp>

#include "domain/delivery.h"

namespace slotflow {

class Sender {
 public:
  virtual ~Sender() = default;
  // Sends `request` on a connection of its own and waits for the whole response, at most
  // request.timeout for everything together. Trouble on the network is a Failure in the Reply,
  // never an exception. Redirects are not followed. `request` must exist until it has ended.
  // Throws Shortage (net/connect.h) if this machine lacks what a connection needs.
  virtual asio::awaitable<Reply> send(const Request& request) = 0;
};

}  // namespace slotflow
