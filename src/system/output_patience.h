// Limits how long output waits for a reader that has stopped reading.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "system/interrupt.h"
#include "system/steady_clock.h"

namespace slotflow {

// Without a limit, output waits for its reader for as long as it takes, as in other programs. After
// the user's interrupt, each wait takes at most a second. A command that ends by itself calls
// limit(). Thread-safe.
class OutputPatience {
 public:
  // `interrupt` must outlive this object. Throws std::system_error if no descriptor is left.
  explicit OutputPatience(const Interrupt& interrupt,
                          Duration after_interrupt = std::chrono::seconds(1));

  // Ends all waits, later ones too, after `d` from now. A limit can only be made shorter.
  void limit(Duration d);

  // Waits until a write of PIPE_BUF bytes to `fd` would not block, or would fail at once because
  // its reader has closed. Returns false if a limit was reached before.
  bool wait_until_writable(int fd) const;

 private:
  std::optional<SteadyTime> limit() const;

  const Interrupt& interrupt_;
  Duration after_interrupt_;
  Interrupt limited_;  // triggered once there is a limit
  mutable std::mutex mutex_;
  std::optional<SteadyTime> limit_;  // guarded by mutex_
};

}  // namespace slotflow
