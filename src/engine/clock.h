// The time of day and the passing of time, as a seam: tests have one that never really waits.
#pragma once

#include <chrono>

#include <asio/awaitable.hpp>

#include "domain/timestamp.h"
#include "engine/interrupt.h"

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
  // True after `d`; false as soon as the user wants to stop.
  virtual bool wait(Duration d) = 0;
  // The same for a coroutine of the event loop: false as soon as `deadline` is over.
  virtual asio::awaitable<bool> wait(Deadline& deadline, Duration d) = 0;
};

class SystemClock : public Clock {
 public:
  explicit SystemClock(const Interrupt& interrupt) : interrupt_(interrupt) {}
  Timestamp now() const override;
  Steady steady() const override { return std::chrono::steady_clock::now(); }
  bool wait(Duration d) override { return interrupt_.wait(d); }
  asio::awaitable<bool> wait(Deadline& deadline, Duration d) override;

 private:
  const Interrupt& interrupt_;
};

}  // namespace slotflow
