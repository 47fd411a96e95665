// A clock on which waiting advances the time and takes none.
#pragma once

#include <condition_variable>
#include <mutex>
#include <vector>

#include "net/clock.h"
#include "net/deadline.h"

namespace slotflow::test {

class FakeClock : public Clock {
 public:
  explicit FakeClock(Timestamp start = from_unix_seconds(1'773'151'500)) : now_(start) {}

  Timestamp now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  SteadyTime steady() const override {
    const std::lock_guard lock(mutex_);
    return steady_;
  }
  asio::awaitable<bool> wait(Deadline& deadline, Duration d) override {
    {
      const std::lock_guard lock(mutex_);
      if (d > Duration(0)) waits_.push_back(d);
      changed_.notify_all();
    }
    while (is_held() && !deadline.over()) co_await deadline.wait(std::chrono::milliseconds(1));
    if (deadline.over()) co_return false;
    const std::lock_guard lock(mutex_);
    now_ += d;
    steady_ += d;
    co_return !interrupted_;
  }

  void advance(Duration d) {
    const std::lock_guard lock(mutex_);
    now_ += d;
    steady_ += d;
  }
  // Sets the time of day, without advancing the steady time.
  void set_wall(Timestamp now) {
    const std::lock_guard lock(mutex_);
    now_ = now;
  }
  // Until let_go(), no wait above 0 ends.
  void hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void interrupt() {
    const std::lock_guard lock(mutex_);
    interrupted_ = true;
    changed_.notify_all();
  }
  // Waits until this many waits have started.
  void await_waits(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waits_.size() >= count; });
  }
  std::vector<Duration> waits() const {
    const std::lock_guard lock(mutex_);
    return waits_;
  }

 private:
  bool is_held() const {
    const std::lock_guard lock(mutex_);
    return held_ && !interrupted_;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Timestamp now_;  // guarded by mutex_, as are all below
  SteadyTime steady_{std::chrono::hours(1)};
  std::vector<Duration> waits_;  // longer than nothing
  bool held_ = false;
  bool interrupted_ = false;
};

}  // namespace slotflow::test
