// A transport that answers what a test says and remembers what was sent.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine/transport.h"

namespace slotflow::test {

inline Reply answered(int status) {
  Response response;
  response.status = status;
  return {response, "127.0.0.1:1", std::chrono::microseconds(1)};
}
inline Reply failed(FailureKind kind) {
  return {Failure{kind, "as the test says"}, "", std::chrono::microseconds(1)};
}

class FakeTransport : public Transport {
 public:
  // `number` counts the requests to one URL, from 1. Called without a lock: it may block.
  using Script = std::function<Reply(const Request& request, int number)>;

  explicit FakeTransport(Script script) : script_(std::move(script)) {}

  Reply send(const Request& request) override {
    int number = 0;
    {
      const std::lock_guard lock(mutex_);
      sent_.push_back(request);
      number = ++counts_[request.url.to_string()];
    }
    return script_(request, number);
  }

  std::vector<Request> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

 private:
  Script script_;
  mutable std::mutex mutex_;
  std::vector<Request> sent_;          // guarded by mutex_
  std::map<std::string, int> counts_;  // guarded by mutex_
};

}  // namespace slotflow::test
