// Limits how much is done in a second.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "system/steady_clock.h"

namespace slotflow {

// Not thread-safe.
class PerSecond {
 public:
  explicit PerSecond(std::size_t limit) : limit_(limit) {}

  // Returns whether `amount` more may be done in this second; if so, counts it. `now` must not
  // decrease from call to call.
  bool allow(SteadyTime now, std::size_t amount) {
    if (!begin_ || now - *begin_ >= std::chrono::seconds(1)) {
      begin_ = now;
      done_ = 0;
    }
    if (amount > limit_ - done_) return false;
    done_ += amount;
    return true;
  }

 private:
  std::size_t limit_;
  std::optional<SteadyTime> begin_;  // of the current second
  std::size_t done_ = 0;             // within it, at most limit_
};

}  // namespace slotflow
