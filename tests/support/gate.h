// Threads waiting for each other, without a sleep.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace slotflow::test {

// Counts arrivals. No wait lasts longer than a minute: a test that is wrong fails, and never hangs.
class Gate {
 public:
  void arrive() {
    const std::lock_guard lock(mutex_);
    ++arrived_;
    changed_.notify_all();
  }
  // True once `count` have arrived.
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
