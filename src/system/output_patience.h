// Limits how long output waits for a reader that has stopped reading.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "system/interrupt.h"
#include "system/steady_clock.h"

namespace slotflow {

// Output waits for its reader for as long as it takes, as in other programs. After the user's
// interrupt, a reader that has stopped is waited for a second. A command that serves until its end
// calls hurry() then: it also limits how long a reader that is slow is waited for. Thread-safe.
class OutputPatience {
 public:
  static constexpr Duration kStopped = std::chrono::seconds(1);
  static constexpr Duration kSlow = std::chrono::seconds(10);

  // After the interrupt, each wait takes at most `stopped`. `interrupt` must outlive this object.
  // Throws std::system_error if no descriptor is left.
  explicit OutputPatience(const Interrupt& interrupt, Duration stopped = kStopped,
                          Duration slow = kSlow);

  // From `after` from now on, each wait takes at most `stopped`, and all of them end when `slow`
  // has passed. The last call counts.
  void hurry(Duration after = Duration(0));

  // Waits until a write of PIPE_BUF bytes to `fd` would not block, or would fail at once because
  // its reader has closed. Returns false if that took too long.
  bool wait_until_writable(int fd) const;

 private:
  std::optional<SteadyTime> hurry_from() const;

  const Interrupt& interrupt_;
  Duration stopped_;
  Duration slow_;
  Interrupt hurried_;  // triggered by the first hurry()
  mutable std::mutex mutex_;
  std::optional<SteadyTime> hurry_from_;  // guarded by mutex_
};

}  // namespace slotflow
