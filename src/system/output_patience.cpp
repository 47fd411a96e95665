#include "system/output_patience.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <poll.h>
#include <sys/timerfd.h>

namespace slotflow {

OutputPatience::OutputPatience(const Interrupt& interrupt, Duration after_interrupt)
    : interrupt_(interrupt),
      after_interrupt_(after_interrupt),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  if (!timer_) throw std::system_error(errno, std::generic_category(), "timerfd_create");
}

void OutputPatience::limit(Duration d) {
  const std::lock_guard lock(mutex_);
  const auto end = Steady::now() + d;
  if (limit_ && *limit_ <= end) return;
  limit_ = end;
  // Of nothing, timerfd_settime(2) would make no timer at all.
  const auto left = std::max(std::chrono::nanoseconds(1), std::chrono::nanoseconds(d));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  itimerspec timer{};
  timer.it_value.tv_sec = static_cast<time_t>(seconds.count());
  timer.it_value.tv_nsec = static_cast<long>((left - seconds).count());
  ::timerfd_settime(timer_.get(), 0, &timer, nullptr);
}

bool OutputPatience::wait_until_writable(int fd) const {
  if (fd < 0) return true;                // poll(2) would ignore it
  std::optional<Steady::time_point> end;  // of this wait
  for (;;) {
    int timeout = -1;
    const bool interrupted = interrupt_.triggered();
    if (interrupted) {
      const auto now = Steady::now();
      if (!end) end = now + after_interrupt_;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*end - now).count();
      timeout = static_cast<int>(std::clamp<long long>(left, 0, 1'000'000));
    }
    pollfd fds[] = {{fd, POLLOUT, 0},
                    {timer_.get(), POLLIN, 0},
                    {interrupted ? -1 : interrupt_.fd(), POLLIN, 0}};
    const int ready = ::poll(fds, 3, timeout);
    if (ready < 0) {
      if (errno == EINTR) continue;
      return true;  // what is wrong, the write will tell
    }
    if (fds[0].revents != 0) return true;
    if (fds[1].revents != 0 || timeout == 0) return false;
  }
}

}  // namespace slotflow
