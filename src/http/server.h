// A server that reads requests exactly as they come, and responds when and how its handler says.
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

namespace slotflow::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 4242;                                   // 0: a free one
  std::size_t max_body = 1024 * 1024;                // bytes
  Duration request_deadline{10'000};                 // from a request's first byte to its last
  Duration idle_timeout{60'000};                     // between requests on one connection
  std::shared_ptr<const TlsIdentity> tls = nullptr;  // none: plain HTTP
  // What clients can make it hold: further connections wait in the backlog, and further bytes in
  // the network, until there is room again.
  std::size_t max_connections = 16'384;
  bool few_descriptors = false;  // max_connections is what they allow: reaching it is a shortage
  std::size_t max_held = 64 * 1024 * 1024;  // bytes of requests that have not been answered; one
                                            // request at a time may go beyond it
};

struct IncomingRequest {
  Head head;                              // what could be read of it, if there is a problem
  std::string body;                       // exact bytes
  std::optional<Problem> problem;         // why it is rejected
  Deadline::Steady::time_point complete;  // when its last byte had come
};

// How a response ended.
struct Ending {
  bool arrived = false;  // it was sent whole, and the client's side took it
  // The client closed or reset the connection before, or did not read on for 10 s; so long after
  // the request was complete.
  std::optional<Duration> given_up_after = {};
};

struct Answer {
  int status = 200;
  std::string reason;           // empty: the usual one
  std::vector<Header> headers;  // Content-Length is added where it is missing
  std::string body;
  Duration delay{0};             // after the request's last byte
  const Fault* fault = nullptr;  // what becomes of it on the wire
  FaultSettings fault_settings;
  bool dropped = false;  // close the connection without a response; `finished` is not called
  std::function<void(const Ending&)> finished;  // called once, may be empty
};

// An answer of plain text.
Answer text_answer(int status, std::string body);

// Called on the loop's thread. It is shown requests with a problem too; of its answer then only
// `finished` counts.
using Handler = std::function<asio::awaitable<Answer>(IncomingRequest request)>;

class ServerConnection;

// Not thread-safe: of the loop's thread.
class Server {
 public:
  // Binds and listens, but accepts nothing yet. Throws Error{io_error} when the address cannot be
  // had. `loop` must outlive it.
  Server(EventLoop& loop, ServerOptions options, Handler handler);
  ~Server();  // to be stopped before, if it was started
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return acceptors_.port; }
  void start();
  // Accepts no more, drops what has not been answered, and returns when every handler has ended.
  asio::awaitable<void> stop();

  // Called when connections can no longer be accepted for lack of descriptors or memory (with the
  // reason), and when they can again (with an empty one). To be set before start().
  std::function<void(const std::string& reason)> on_shortage;

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
  std::size_t running_ = 0;  // coroutines
  RequestMemory memory_;
  std::set<ServerConnection*> connections_;
  Condition ended_;  // a coroutine has
  Condition connection_ended_;
  Deadline::Steady::time_point last_shortage_;
  std::set<Deadline*> pauses_;  // under way
};

}  // namespace slotflow::http
