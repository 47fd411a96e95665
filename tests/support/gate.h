// Threads waiting for each other, without a sleep.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace slotflow::test {

// Counts arrivals. A wait takes at most a minute, so that a broken test fails instead of hanging.
class Gate {
 public:
  void arrive() {
    const std::lock_guard lock(mutex_);
    ++arrived_;
    changed_.notify_all();
  }
  // Waits for `count` arrivals. Returns false after a minute.
  bool await(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return arrived_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t arrived_ = 0;  // guarded by mutex_
};

}  // namespace slotflow::test
