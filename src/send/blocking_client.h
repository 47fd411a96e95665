// The client for code that sends one request after the other: each call waits for its reply.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "domain/delivery.h"
#include "net/tls.h"
#include "system/interrupt.h"

namespace slotflow {

// Runs an event loop of its own on the calling thread. Not thread-safe. Every call throws Shortage
// (an Error) if this machine lacks what a connection needs.
class BlockingClient {
 public:
  // Throws Error{io_error} for an unusable CA file. `interrupt` must outlive it: when it is
  // triggered, everything ends at once with FailureKind::interrupted.
  BlockingClient(const TlsOptions& options, const Interrupt& interrupt);
  ~BlockingClient();

  // Sends `request` on a connection of its own and waits for the whole response, at most
  // request.timeout for everything together. Trouble on the network is a Failure in the Reply.
  Reply send(const Request& request);
  // Sends them all at once, each on a connection of its own. The replies are in their order.
  std::vector<Reply> send_at_once(std::span<const Request> requests);
  // Sends `request`, except for its last `less` bytes, and closes without reading the response.
  // Returns the failure if sending failed.
  std::optional<Failure> send_and_leave(const Request& request, std::size_t less = 0);

 private:
  friend class BlockingConnection;
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// Several requests to one host on one connection, if the host keeps it; else on a new one each.
// Not thread-safe. `client` must outlive it.
class BlockingConnection {
 public:
  explicit BlockingConnection(BlockingClient& client);
  ~BlockingConnection();
  Reply send(const Request& request);  // as BlockingClient::send()
  int connections() const;             // opened so far

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace slotflow
