#include "system/output_patience.h"

#include <algorithm>
#include <cerrno>

#include <poll.h>

namespace slotflow {

namespace {

constexpr Duration kLongestPoll{100};

}  // namespace

OutputPatience::OutputPatience(const Interrupt& interrupt, Duration after_interrupt)
    : interrupt_(interrupt), after_interrupt_(after_interrupt) {}

void OutputPatience::limit(Duration d) {
  const auto end = steady_now() + d;
  {
    const std::lock_guard lock(mutex_);
    if (limit_ && *limit_ <= end) return;
    limit_ = end;
  }
  limited_.trigger();
}

std::optional<SteadyTime> OutputPatience::limit() const {
  const std::lock_guard lock(mutex_);
  return limit_;
}

bool OutputPatience::wait_until_writable(int fd) const {
  if (fd < 0) return true;                // poll(2) would ignore it
  std::optional<SteadyTime> interrupted;  // when this wait has noticed it
  for (;;) {
    const auto now = steady_now();
    if (!interrupted && interrupt_.triggered()) interrupted = now;
    auto end = limit();
    const bool has_limit = end.has_value();
    if (interrupted) {
      const auto end_by_interrupt = *interrupted + after_interrupt_;
      end = end ? std::min(*end, end_by_interrupt) : end_by_interrupt;
    }
    int timeout = -1;
    if (end) {
      const auto left = std::chrono::ceil<Duration>(*end - now);
      // The limit may become shorter meanwhile.
      timeout = static_cast<int>(std::clamp(left, Duration(0), kLongestPoll).count());
    }
    pollfd fds[] = {{fd, POLLOUT, 0},
                    {has_limit ? -1 : limited_.fd(), POLLIN, 0},
                    {interrupted ? -1 : interrupt_.fd(), POLLIN, 0}};
    const int ready = ::poll(fds, 3, timeout);
    if (ready < 0 && errno != EINTR) return true;  // the write will report the error
    if (ready > 0 && fds[0].revents != 0) return true;
    if (ready == 0 && timeout == 0) return false;
  }
}

}  // namespace slotflow
