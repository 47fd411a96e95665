// A sender that responds as a test specifies, and records the requests.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "send/sender.h"

namespace slotflow::test {

inline Reply responded(int status) {
  Response response;
  response.status = status;
  return {response, "127.0.0.1:1", std::chrono::microseconds(1)};
}
inline Reply failed(FailureKind kind) {
  return {Failure{kind, "as the test says"}, "", std::chrono::microseconds(1)};
}

// Not thread-safe: use it on the loop's thread only.
class FakeSender : public Sender {
 public:
  // `number` counts the requests to one URL, from 1.
  using Script = std::function<Reply(const Request& request, int number)>;
  // Awaited before the script decides.
  using Before = std::function<asio::awaitable<void>(const Request& request)>;

  explicit FakeSender(Script script, Before before = {})
      : script_(std::move(script)), before_(std::move(before)) {}

  asio::awaitable<Reply> send(const Request& request) override {
    sent_.push_back(request);
    const int number = ++counts_[request.url.to_string()];
    if (before_) co_await before_(request);
    co_return script_(request, number);
  }

  const std::vector<Request>& sent() const { return sent_; }

 private:
  Script script_;
  Before before_;
  std::vector<Request> sent_;
  std::map<std::string, int> counts_;
};

}  // namespace slotflow::test
