// The threads of an HTTP server whose connections block them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <httplib.h>

namespace slotflow {

// Adds a thread whenever a connection finds none idle, up to `most`. Threads stay until shutdown().
class ConnectionThreads : public httplib::TaskQueue {
 public:
  explicit ConnectionThreads(std::size_t most) : most_(most) {}

  // Does not block. If the system has no thread left, the connection waits for one of those that
  // run; throws std::system_error if none does.
  void enqueue(std::function<void()> connection) override;
  // Waits until all connections have ended.
  void shutdown() override;

 private:
  void work();

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;  // guarded by mutex_, as are all below
  std::size_t idle_ = 0;
  bool over_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace slotflow
