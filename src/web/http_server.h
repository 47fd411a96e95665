// The HTTP server of `serve` and the inspector: cpp-httplib's, within the limits of web/limits.h.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "net/listening.h"
#include "web/message.h"

namespace slotflow {

class HttpServer {
 public:
  // Must be thread-safe. If it throws, the client gets 500 with an empty body.
  using Respond = std::function<WebReply(WebRequest)>;

  // Listens on `host` (both addresses of localhost); port 0: any free port. Connections wait until
  // start(). Throws Error{io_error}, also if the port is in use; its hint names `options`.
  HttpServer(const std::string& host, int port, Respond respond,
             const AddressOptions& options = {});
  ~HttpServer();  // as stop()
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  // Serves connections on threads of its own. Throws std::system_error if none can be started.
  void start();
  // Accepts no more connections, ends the idle ones, and lets the responses under way end. Ends
  // simulated delays and timeouts. May be called several times.
  void stop();

  // Readable once it no longer accepts connections, by stop() or because of an error.
  int ended_fd() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace slotflow
