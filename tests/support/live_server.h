// An HttpServer that runs as long as the test, and what its handler was shown.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "engine/http_server.h"

namespace slotflow::test {

// Answers 200 and the body it got.
inline HttpAnswer echo(const HttpRequest& request) {
  HttpAnswer answer;
  answer.body = request.body;
  return answer;
}

class LiveServer {
 public:
  explicit LiveServer(HttpHandler handler = echo, HttpServerOptions options = {})
      : handler_(std::move(handler)),
        server_(on_a_free_port(std::move(options)), [this](HttpRequest& request) {
          {
            const std::lock_guard lock(mutex_);
            requests_.push_back(request);
            changed_.notify_all();
          }
          return handler_(request);
        }) {
    server_.start();
  }

  int port() const { return server_.port(); }
  void stop() { server_.stop(); }

  // What has been shown to the handler, once it is at least `count` requests.
  std::vector<HttpRequest> requests(std::size_t count = 0) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::minutes(1), [&] { return requests_.size() >= count; });
    return requests_;
  }

 private:
  static HttpServerOptions on_a_free_port(HttpServerOptions options) {
    options.port = 0;
    return options;
  }

  HttpHandler handler_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<HttpRequest> requests_;  // guarded by mutex_
  HttpServer server_;                  // last: its threads use all the others
};

}  // namespace slotflow::test
