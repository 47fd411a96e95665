// How long output waits for a reader that has stopped reading.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "system/interrupt.h"
#include "system/unique_fd.h"

namespace slotflow {

// Thread-safe. Without an end in sight output waits for its reader for ever, as everywhere. After
// the user's interrupt it still does so, but at most for a second at a time; a command that is to
// end by itself says so with limit().
class OutputPatience {
 public:
  // `interrupt` must outlive it. Throws std::system_error when there is no descriptor left.
  explicit OutputPatience(const Interrupt& interrupt,
                          Duration after_interrupt = std::chrono::seconds(1));

  // After `d` from now nothing waits any more. Limits can be made shorter, never longer.
  void limit(Duration d);

  // Returns true when a write of PIPE_BUF bytes to `fd` would not block, or would fail at once
  // because its reader has left; false when it is time to give up.
  bool wait_until_writable(int fd) const;

 private:
  using Steady = std::chrono::steady_clock;

  const Interrupt& interrupt_;
  Duration after_interrupt_;
  UniqueFd timer_;  // timerfd(2): readable once the limit has been reached
  std::mutex mutex_;
  std::optional<Steady::time_point> limit_;  // guarded by mutex_
};

}  // namespace slotflow
