// An HTTP client whose calls block until the reply has arrived.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "domain/delivery.h"
#include "net/tls.h"
#include "system/interrupt.h"

namespace slotflow {

// Runs its own event loop on the calling thread. Every call throws Shortage (an Error) if no
// descriptor, memory or port is left for a connection. Not thread-safe.
class BlockingClient {
 public:
  // Throws Error{io_error} if the CA file cannot be used. When `interrupt` is triggered, all calls
  // return FailureKind::interrupted at once. It must outlive this object.
  BlockingClient(const TlsOptions& options, const Interrupt& interrupt);
  ~BlockingClient();

  // Sends `request` on its own connection and waits for the whole response, at most request.timeout
  // in total. A network error is a Failure in the Reply.
  Reply send(const Request& request);
  // Sends all requests at once, each on its own connection, which is opened `apart` after the one
  // before. Returns the replies in the same order.
  std::vector<Reply> send_at_once(std::span<const Request> requests,
                                  std::chrono::microseconds apart = {});
  // Sends `request`, except for its last `less` bytes, and closes without reading the response.
  // Returns the failure if sending failed.
  std::optional<Failure> send_and_leave(const Request& request, std::size_t less = 0);
  // Sends `request` in two parts, the second of `less` bytes, and `between`, on its own connection,
  // after the first part. The second part waits until `between` has its reply: a thread that has
  // replied to it has had the time to read the first part by itself. It waits for at least 150 ms,
  // because another thread may have replied, but for no more than a fifth of between.timeout. It
  // has request.timeout for itself. Returns the replies to `request` and to `between`, which is not
  // sent (nullopt) if the first part could not be sent.
  std::pair<Reply, std::optional<Reply>> send_in_two(const Request& request, std::size_t less,
                                                     const Request& between);

 private:
  friend class BlockingConnection;
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

// Sends several requests to one host on one connection, or on a new one if the host has closed it.
// Not thread-safe. `client` must outlive this object.
class BlockingConnection {
 public:
  explicit BlockingConnection(BlockingClient& client);
  ~BlockingConnection();
  Reply send(const Request& request);  // as BlockingClient::send()
  // Sends `request`, except for its last `less` bytes, on a new connection, which stays open as
  // long as this object. Returns the failure if sending failed.
  std::optional<Failure> send_part(const Request& request, std::size_t less);
  int connections() const;  // opened so far

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace slotflow
