// The HTTP client: sends exact bytes, over TCP or TLS, under one deadline.
#pragma once

#include <memory>
#include <optional>
#include <set>

#include "net/event_loop.h"
#include "net/stream.h"
#include "net/tls.h"
#include "send/sender.h"
#include "system/steady_clock.h"

namespace slotflow {

class ClientConnection;
class Exchange;

// Ignores proxies of the environment: a delivery goes to its URL. When the loop is interrupted, all
// calls return FailureKind::interrupted at once. Not thread-safe.
class Client final : public Sender {
 public:
  // Throws Error{io_error} if the CA file cannot be used. `loop` must outlive this object.
  Client(EventLoop& loop, const TlsOptions& options) : loop_(loop), tls_(options) {}

  asio::awaitable<Reply> send(const Request& request) override;
  // Sends `request`, except for its last `less` bytes, and closes without reading the response.
  // Returns the failure if sending failed.
  asio::awaitable<std::optional<Failure>> send_and_leave(const Request& request, std::size_t less);
  // Ends all current calls at once, with FailureKind::interrupted.
  void interrupt();

 private:
  friend class ClientConnection;
  EventLoop& loop_;
  TlsSettings tls_;
  std::set<ClientConnection*> connections_;
};

// Sends several requests to one host on one connection, or on a new one if the host has closed it.
// Not thread-safe. `client` must outlive this object.
class ClientConnection {
 public:
  explicit ClientConnection(Client& client);
  ~ClientConnection();
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  // As Sender::send().
  asio::awaitable<Reply> send(const Request& request, bool keep_alive = true) {
    return send_from(0, request, keep_alive);
  }
  asio::awaitable<std::optional<Failure>> send_and_leave(const Request& request, std::size_t less);
  // As send_and_leave(), but keeps the connection open, without reading, as long as this object.
  asio::awaitable<std::optional<Failure>> send_part(const Request& request, std::size_t less);
  // Sends the bytes that send_part() has left out, which must have succeeded with the same
  // arguments, and waits for the response, at most request.timeout from now on. What the Reply
  // counts and times is of these bytes.
  asio::awaitable<Reply> send_rest(const Request& request, std::size_t less);
  int connections() const { return connections_; }  // opened so far
  // Returns the time at which the last send() or send_rest() ended.
  SteadyTime ended_at() const { return last_end_; }
  void interrupt() { deadline_.interrupt(); }

 private:
  // Sends what follows the first `sent` bytes, which were sent on this connection.
  asio::awaitable<Reply> send_from(std::size_t sent, const Request& request, bool keep_alive);
  asio::awaitable<std::optional<Failure>> open(const Request& request);
  void disconnect();

  Client& client_;
  Deadline deadline_;
  std::unique_ptr<Stream> stream_;      // nullptr: not connected
  std::unique_ptr<Exchange> exchange_;  // on the stream
  int connections_ = 0;
  std::string address_;
  std::optional<Timestamp> certificate_until_;
  SteadyTime connected_at_;  // by TCP
  SteadyTime last_end_;      // of the previous exchange
};

}  // namespace slotflow
