// The time of day and the passing of time, as a seam: tests have one that never really waits.
#pragma once

#include <chrono>

#include <asio/awaitable.hpp>

#include "domain/duration.h"
#include "domain/timestamp.h"

namespace slotflow {

class Deadline;

// All calls may come from several threads at once.
class Clock {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;
  // The time of day, which people and NTP change.
  virtual Timestamp now() const = 0;
  // A time that only ever advances: what passes between two events is measured with it.
  virtual Steady steady() const = 0;
  // For a coroutine of the event loop: true after `d`; false as soon as `deadline` is over.
  virtual asio::awaitable<bool> wait(Deadline& deadline, Duration d) = 0;
};

class SystemClock : public Clock {
 public:
  Timestamp now() const override;
  Steady steady() const override { return std::chrono::steady_clock::now(); }
  asio::awaitable<bool> wait(Deadline& deadline, Duration d) override;
};

}  // namespace slotflow
