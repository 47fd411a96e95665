// cpp-httplib's server as a handler that records its requests.
#pragma once

#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <httplib.h>

namespace slotflow::test {

// A recorded request. Header names are compared without case, as in the library.
struct Got {
  std::string method, path, body;
  httplib::Headers headers;
};

// The library's server on a free port. Returns status N for /N, and 200 for other paths.
class HttplibHandler {
 public:
  HttplibHandler() {
    const auto handler = [this](const httplib::Request& request, httplib::Response& response) {
      respond(request, response);
    };
    server_.Get(".*", handler).Post(".*", handler).Put(".*", handler).Patch(".*", handler);
    server_.Delete(".*", handler).Options(".*", handler);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::yield();
  }
  ~HttplibHandler() {
    server_.stop();
    thread_.join();
  }
  HttplibHandler(const HttplibHandler&) = delete;
  HttplibHandler& operator=(const HttplibHandler&) = delete;

  std::string url(const std::string& path = "") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::vector<Got> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void respond(const httplib::Request& request, httplib::Response& response) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back({request.method, request.target, request.body, request.headers});
    }
    response.set_header("X-Handler", "a%20b");
    response.headers.emplace("Set-Cookie", "a=1");
    response.headers.emplace("Set-Cookie", "b=%3D");
    if (request.path == "/chunked") {
      response.set_chunked_content_provider("text/plain", [](std::size_t, httplib::DataSink& sink) {
        for (const char* part : {"one ", "two ", "three"}) sink.write(part, std::strlen(part));
        sink.done();
        return true;
      });
    } else if (request.path == "/until-close") {
      response.set_content_provider("text/plain", [](std::size_t, httplib::DataSink& sink) {
        sink.write("until the end", 13);
        sink.done();
        return true;
      });
    } else if (request.path == "/large") {
      response.set_content(std::string(1'000'000, 'x'), "text/plain");
    } else {
      const int status = std::atoi(request.path.c_str() + 1);
      response.status = status != 0 ? status : 200;
      if (status / 100 == 3) response.set_header("Location", "/l?next=%2Fa");
      if (status != 204 && status != 304) response.set_content("got\xff it", "text/plain");
    }
  }

  httplib::Server server_;
  int port_ = 0;
  std::mutex mutex_;
  std::vector<Got> requests_;  // guarded by mutex_
  std::thread thread_;
};

// Returns the values of all headers of this name, in order.
inline std::vector<std::string> values_of(const httplib::Headers& headers,
                                          const std::string& name) {
  std::vector<std::string> values;
  const auto [begin, end] = headers.equal_range(name);
  for (auto one = begin; one != end; ++one) values.push_back(one->second);
  return values;
}

}  // namespace slotflow::test
