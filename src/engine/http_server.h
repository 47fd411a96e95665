// The one HTTP server: takes requests apart exactly as they came, and answers when and how the
// handler says.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "domain/delivery.h"
#include "engine/http_head.h"
#include "engine/interrupt.h"
#include "engine/listen_socket.h"

namespace slotflow {

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  int port = 4242;  // 0: a free one
  std::size_t max_body = 1024 * 1024;
  Duration request_deadline{10'000};  // from a request's first byte to its last
  Duration idle_timeout{60'000};      // between requests on one connection
};

struct HttpRequest {
  HttpHead head;     // what could be read of it, when there is a problem
  std::string body;  // exact bytes
  std::optional<HttpProblem> problem;
};

struct HttpAnswer {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
  Duration delay{0};                           // after the request's last byte
  std::function<void(bool written)> finished;  // called once, may be empty
};

class ProtocolEngine;

// A thread for each connection: handlers may block, and thousands may wait at once.
class HttpServer {
 public:
  // Called from many threads at once. A request with a problem is shown to the handler too; what
  // it answers then is not used.
  using Handler = std::function<HttpAnswer(const HttpRequest&)>;

  // Binds and listens, but accepts nothing yet. Throws Error{io_error} when the address cannot be
  // had; a port in use is never shared.
  HttpServer(HttpServerOptions options, Handler handler);
  ~HttpServer();  // stops
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return sockets_.port; }
  void start();
  // Accepts no more, drops what has not been answered, and waits until every handler has ended.
  void stop();

 private:
  void accept_connections();
  void accept_from(int listener);
  void serve(int fd);

  HttpServerOptions options_;
  Handler handler_;
  std::unique_ptr<ProtocolEngine> engine_;
  ListenSockets sockets_;
  Interrupt stopping_;
  std::thread acceptor_;

  std::mutex mutex_;
  std::condition_variable idle_;
  std::size_t connections_ = 0;  // guarded by mutex_
};

}  // namespace slotflow
