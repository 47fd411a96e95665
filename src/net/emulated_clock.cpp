#include "net/emulated_clock.h"

#include <chrono>

#include "net/deadline.h"

namespace slotflow {

Timestamp EmulatedClock::read() const {
  return stands_still() ? at_ : SystemClock().now() + ahead_of_system_;
}

void EmulatedClock::set_to(Timestamp time) {
  at_ = time;
  ahead_of_system_ = std::chrono::duration_cast<Duration>(time - SystemClock().now());
}

Timestamp EmulatedClock::now() const {
  const std::lock_guard lock(mutex_);
  return read();
}

Timestamp EmulatedClock::signing_time() const {
  const std::lock_guard lock(mutex_);
  return frozen_ ? read() : SystemClock().now();
}

asio::awaitable<bool> EmulatedClock::wait(Deadline& deadline, Duration d) {
  bool waits_for_change = false;
  {
    const std::lock_guard lock(mutex_);
    waits_for_change = stands_still();
  }
  return waits_for_change ? deadline.wait_for_wake() : deadline.wait_or_wake(d);
}

bool EmulatedClock::is_frozen() const {
  const std::lock_guard lock(mutex_);
  return frozen_;
}

void EmulatedClock::freeze(bool is_frozen) {
  const std::lock_guard lock(mutex_);
  const Timestamp time = read();
  frozen_ = is_frozen;
  set_to(time);
}

void EmulatedClock::hold(bool is_held) {
  const std::lock_guard lock(mutex_);
  const Timestamp time = read();
  held_ = is_held;
  set_to(time);
}

void EmulatedClock::set(Timestamp time) {
  const std::lock_guard lock(mutex_);
  set_to(time);
}

}  // namespace slotflow
