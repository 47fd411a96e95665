// The time of day and the passing of time, as a seam: tests have one that never really waits.
#pragma once

#include "domain/timestamp.h"
#include "engine/interrupt.h"

namespace slotflow {

// Both calls may come from several threads at once.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
  // True after `d`; false as soon as the user wants to stop.
  virtual bool wait(Duration d) = 0;
};

class SystemClock : public Clock {
 public:
  explicit SystemClock(const Interrupt& interrupt) : interrupt_(interrupt) {}
  Timestamp now() const override;
  bool wait(Duration d) override { return interrupt_.wait(d); }

 private:
  const Interrupt& interrupt_;
};

}  // namespace slotflow
