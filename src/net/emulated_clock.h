// A clock that is set, stopped and moved on, so that what takes an hour can be tested at once.
#pragma once

#include <mutex>

#include "net/clock.h"

namespace slotflow {

// Begins as the system's clock. After a change, whoever waits has to be woken: see
// Deadline::wake(). Thread-safe.
class EmulatedClock : public Clock {
 public:
  Timestamp now() const override;
  SteadyTime steady() const override { return steady_now(); }
  // While it is frozen, its own time: equal runs sign equally. Otherwise the system's time, which
  // handlers compare with theirs.
  Timestamp signing_time() const override;
  // May end early, with true. While the clock stands still, waits until the deadline is woken.
  asio::awaitable<bool> wait(Deadline& deadline, Duration d) override;

  bool is_frozen() const;
  // Makes it stand still, or go on from where it stands.
  void freeze(bool is_frozen);
  // As freeze(), for the time that a change takes: signatures stay as they are.
  void hold(bool is_held);
  // Changes its time, and not whether it stands still.
  void set(Timestamp time);

 private:
  bool stands_still() const { return frozen_ || held_; }
  Timestamp read() const;
  void set_to(Timestamp time);

  mutable std::mutex mutex_;
  bool frozen_ = false;  // guarded by mutex_, as are all below
  bool held_ = false;
  Timestamp at_;                 // its time while it stands still
  Duration ahead_of_system_{0};  // while it runs
};

}  // namespace slotflow
