// The one HTTP server: takes requests apart exactly as they came, and answers when and how the
// handler says.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "engine/http_exchange.h"
#include "engine/interrupt.h"
#include "engine/listen_socket.h"
#include "engine/lobby.h"
#include "engine/unique_fd.h"

namespace slotflow {

// One thread answers what can be answered at once; a connection that has to wait for something
// gets a thread of its own, so that thousands may wait.
class HttpServer {
 public:
  // Binds and listens, but accepts nothing yet. Throws Error{io_error} when the address cannot be
  // had; a port in use is never shared.
  HttpServer(HttpServerOptions options, HttpHandler handler);
  ~HttpServer();  // stops
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return sockets_.port; }
  void start();
  // Accepts no more, drops what has not been answered, and waits until every handler has ended.
  void stop();

 private:
  struct Task;

  void give_a_thread(UniqueFd fd, std::string unread, std::optional<PendingAnswer> pending);
  void serve(Task& task);

  HttpServerOptions options_;
  HttpHandler handler_;
  ListenSockets sockets_;
  Interrupt stopping_;
  Lobby lobby_;
  std::thread lobby_thread_;

  std::mutex mutex_;
  std::condition_variable idle_;
  std::size_t threads_ = 0;  // guarded by mutex_
};

}  // namespace slotflow
