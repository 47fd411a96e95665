// The time of day and waiting, as an interface: tests use a clock that does not really wait.
#pragma once

#include <chrono>

#include <asio/awaitable.hpp>

#include "domain/duration.h"
#include "domain/timestamp.h"
#include "system/steady_clock.h"

namespace slotflow {

class Deadline;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Returns the time of day, which users and NTP change.
  virtual Timestamp now() const = 0;
  // Returns the time that signatures carry.
  virtual Timestamp signing_time() const { return now(); }
  // Returns a time that never goes back, to measure durations with.
  virtual SteadyTime steady() const = 0;
  // Waits for `d` in a coroutine of the event loop. Returns false as soon as `deadline` is over.
  virtual asio::awaitable<bool> wait(Deadline& deadline, Duration d) = 0;
};

class SystemClock : public Clock {
 public:
  Timestamp now() const override;
  SteadyTime steady() const override { return steady_now(); }
  asio::awaitable<bool> wait(Deadline& deadline, Duration d) override;
};

}  // namespace slotflow
