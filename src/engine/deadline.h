// One end for everything an attempt or a request does: every wait of it asks here.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include <poll.h>

#include "domain/duration.h"
#include "engine/interrupt.h"

namespace slotflow {

enum class WaitResult { ready, timed_out, interrupted };

// `interrupt` must outlive it. Cheap to copy. One thread.
class PollDeadline {
 public:
  using Steady = std::chrono::steady_clock;

  PollDeadline(Duration from_now, const Interrupt& interrupt)
      : end_(Steady::now() + from_now), interrupt_(&interrupt) {}

  Steady::time_point end() const { return end_; }
  bool passed() const { return Steady::now() >= end_; }

  // Until `events` on `fd`, the end, or the interrupt, whichever is first.
  WaitResult wait(int fd, short events) const {
    pollfd fds[2] = {{fd, events, 0}, {}};
    return wait_any(fds, 1, end_);
  }

  // `fds` has `count` entries and room for one more; also ends at `wake` (then it is ready, with
  // no events).
  WaitResult wait_any(pollfd* fds, std::size_t count, Steady::time_point wake) const {
    fds[count] = {interrupt_->fd(), POLLIN, 0};
    for (;;) {
      if (interrupt_->triggered()) return WaitResult::interrupted;
      const auto now = Steady::now();
      if (now >= end_) return WaitResult::timed_out;
      if (now >= wake) return WaitResult::ready;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(std::min(end_, wake) - now);
      const int timeout = static_cast<int>(std::min<long long>(left.count(), 1'000'000'000));
      const int ready = ::poll(fds, static_cast<nfds_t>(count + 1), timeout);
      if (ready <= 0) continue;
      if (fds[count].revents == 0) return WaitResult::ready;
    }
  }

 private:
  Steady::time_point end_;
  const Interrupt* interrupt_;
};

}  // namespace slotflow
