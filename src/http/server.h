// An HTTP server that keeps requests exactly as received, and sends responses when and how its
// handler decides.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <asio/awaitable.hpp>

#include "domain/fault.h"
#include "http/head.h"
#include "http/request_memory.h"
#include "net/condition.h"
#include "net/deadline.h"
#include "net/listening.h"
#include "net/tls.h"
#include "system/steady_clock.h"

namespace slotflow::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 4242;                                   // 0: any free port
  std::size_t max_body = 1024 * 1024;                // bytes
  Duration request_deadline{10'000};                 // from a request's first byte to its last
  Duration idle_timeout{60'000};                     // between the requests of a connection
  std::shared_ptr<const TlsIdentity> tls = nullptr;  // nullptr: plain HTTP
  // Limits on what clients can make the server hold. Beyond them, connections wait in the listen
  // backlog, and bytes in the network.
  std::size_t max_connections = 16'384;
  bool few_descriptors = false;  // max_connections is due to them: reaching it is a shortage
  std::size_t max_held = 64 * 1024 * 1024;  // bytes of requests without a response; one request
                                            // at a time may exceed it
  bool watches_clients = false;             // while the handler works, to know when one has left
};

struct IncomingRequest {
  Head head;                       // the part read, if there is a problem
  std::string body;                // exact bytes
  std::optional<Problem> problem;  // why it is rejected
  SteadyTime complete;             // when its last byte had arrived
};

// How a response ended.
struct Ending {
  bool arrived = false;  // it was sent completely, and not rejected by the client's machine
  // Set if the client closed or reset the connection before, or did not read for 10 s: the time
  // since the request was complete.
  std::optional<Duration> given_up_after = {};
};

// A response, and when and how it is sent.
struct OutgoingResponse {
  int status = 200;
  std::string reason;           // empty: the registered one
  std::vector<Header> headers;  // Content-Length is added if it is missing
  std::string body;
  Duration delay{0};             // after the request's last byte
  const Fault* fault = nullptr;  // applied on the wire
  FaultSettings fault_settings;
  bool dropped = false;  // close the connection without a response; `finished` is not called
  std::function<void(const Ending&)> finished;  // called once; may be empty
};

// Returns a response of plain text.
OutgoingResponse text_response(int status, std::string body);

// Called on the loop's thread. Also called for invalid requests (`problem` set); only `finished` of
// the result is then used.
using Handler = std::function<asio::awaitable<OutgoingResponse>(IncomingRequest request)>;

class ServerConnection;

// Not thread-safe: use it on the loop's thread only.
class Server {
 public:
  // Binds and listens, but does not accept connections yet. Throws Error{io_error} if the address
  // cannot be used. `loop` must outlive this object.
  Server(EventLoop& loop, ServerOptions options, Handler handler);
  ~Server();  // stop it before, if it was started
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return acceptors_.port; }
  void start();
  // Stops accepting, drops requests without a response, and returns when every handler has ended.
  asio::awaitable<void> stop();

  // Called when connections cannot be accepted for lack of descriptors or memory (with the reason),
  // and when they can be accepted again (with an empty reason). Set it before start().
  std::function<void(const std::string& reason)> on_shortage;
  // Called when a TLS handshake fails, but not for a client that only disconnects. There is no
  // request then. Set it before start().
  std::function<void(const Failure& failure)> on_failed_handshake;

 private:
  friend class ServerConnection;
  asio::awaitable<void> accept_all(asio::ip::tcp::acceptor& acceptor);
  asio::awaitable<void> wait_until_not_full(asio::ip::tcp::acceptor& acceptor);
  asio::awaitable<void> serve(asio::ip::tcp::socket socket);
  asio::awaitable<void> pause(Duration duration);
  void note_shortage(const std::string& reason);
  asio::awaitable<void> watch_shortage();
  void spawn(asio::awaitable<void> task);

  EventLoop& loop_;
  ServerOptions options_;
  Handler handler_;
  Acceptors acceptors_;
  bool stopping_ = false;
  bool short_ = false;
  std::size_t running_ = 0;  // number of coroutines
  RequestMemory memory_;
  std::set<ServerConnection*> connections_;
  Condition ended_;  // a coroutine has ended
  Condition connection_ended_;
  SteadyTime last_shortage_;
  std::set<Deadline*> pauses_;  // running
};

}  // namespace slotflow::http
