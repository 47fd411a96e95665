// An HTTP server that runs during the test, and the requests of its handler.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "http/server.h"
#include "support/loop_thread.h"

namespace slotflow::test {

// Responds with 200 and the body of the request.
inline http::OutgoingResponse echo(http::IncomingRequest& request) {
  http::OutgoingResponse response;
  response.body = request.body;
  return response;
}

class LiveServer {
 public:
  using Handler = std::function<http::OutgoingResponse(http::IncomingRequest&)>;

  explicit LiveServer(Handler handler = echo, http::ServerOptions options = {})
      : handler_(std::move(handler)),
        server_(thread_.loop(), on_a_free_port(std::move(options)),
                [this](http::IncomingRequest request) { return handle(std::move(request)); }) {
    server_.start();
    thread_.start();
  }
  ~LiveServer() { stop(); }

  int port() const { return server_.port(); }
  http::Server& server() { return server_; }
  LoopThread& thread() { return thread_; }
  void stop() {
    if (std::exchange(stopped_, true)) return;
    thread_.run([this] { return server_.stop(); });
    thread_.stop();
  }

  // Waits for at least `count` requests, and returns all.
  std::vector<http::IncomingRequest> requests(std::size_t count = 0) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::minutes(1), [&] { return requests_.size() >= count; });
    return requests_;
  }

 private:
  static http::ServerOptions on_a_free_port(http::ServerOptions options) {
    options.port = 0;
    return options;
  }
  asio::awaitable<http::OutgoingResponse> handle(http::IncomingRequest request) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
      changed_.notify_all();
    }
    co_return handler_(request);
  }

  Handler handler_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<http::IncomingRequest> requests_;  // guarded by mutex_
  bool stopped_ = false;
  LoopThread thread_;
  http::Server server_;
};

}  // namespace slotflow::test
