#include "system/output_patience.h"

#include <algorithm>
#include <cerrno>

#include <poll.h>

namespace slotflow {

namespace {

constexpr Duration kLongestPoll{100};

}  // namespace

OutputPatience::OutputPatience(const Interrupt& interrupt, Duration stopped, Duration slow)
    : interrupt_(interrupt), stopped_(stopped), slow_(slow) {}

void OutputPatience::hurry(Duration after) {
  const auto from = steady_now() + after;
  {
    const std::lock_guard lock(mutex_);
    hurry_from_ = from;
  }
  hurried_.trigger();
}

std::optional<SteadyTime> OutputPatience::hurry_from() const {
  const std::lock_guard lock(mutex_);
  return hurry_from_;
}

bool OutputPatience::wait_until_writable(int fd) const {
  if (fd < 0) return true;  // poll(2) would ignore it
  const auto begin = steady_now();
  std::optional<SteadyTime> interrupted;  // when this wait has noticed it
  for (;;) {
    const auto now = steady_now();
    if (!interrupted && interrupt_.triggered()) interrupted = now;
    std::optional<SteadyTime> end;
    if (interrupted) end = *interrupted + stopped_;
    const auto hurry = hurry_from();
    if (hurry) {
      const auto hurry_end = std::min(std::max(begin, *hurry) + stopped_, *hurry + slow_);
      end = end ? std::min(*end, hurry_end) : hurry_end;
    }
    int timeout = -1;
    if (end) {
      const auto left = std::chrono::ceil<Duration>(*end - now);
      // The end may become earlier meanwhile.
      timeout = static_cast<int>(std::clamp(left, Duration(0), kLongestPoll).count());
    }
    pollfd fds[] = {{fd, POLLOUT, 0},
                    {hurry ? -1 : hurried_.fd(), POLLIN, 0},
                    {interrupted ? -1 : interrupt_.fd(), POLLIN, 0}};
    const int ready = ::poll(fds, 3, timeout);
    if (ready < 0 && errno != EINTR) return true;  // the write will report the error
    if (ready > 0 && fds[0].revents != 0) return true;
    if (ready == 0 && timeout == 0) return false;
  }
}

}  // namespace slotflow
