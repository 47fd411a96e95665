#include "engine/poller.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#ifdef __linux__
#include <sys/epoll.h>
#endif

namespace slotflow {

namespace {

int in_milliseconds(Duration d) {
  constexpr Duration kLongest{1'000'000'000};
  return static_cast<int>(std::clamp(d, Duration(0), kLongest).count());
}

}  // namespace

#ifdef __linux__

Poller::Poller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

bool Poller::add(int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Poller::remove(int fd) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

const std::vector<int>& Poller::wait(Duration at_most) {
  std::array<epoll_event, 256> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 in_milliseconds(at_most));
  ready_.clear();
  for (int i = 0; i < count; ++i) ready_.push_back(events[static_cast<std::size_t>(i)].data.fd);
  return ready_;
}

#else

Poller::Poller() = default;

bool Poller::add(int fd) {
  watched_.push_back({fd, POLLIN, 0});
  return true;
}

void Poller::remove(int fd) {
  std::erase_if(watched_, [fd](const pollfd& one) { return one.fd == fd; });
}

const std::vector<int>& Poller::wait(Duration at_most) {
  ::poll(watched_.data(), static_cast<nfds_t>(watched_.size()), in_milliseconds(at_most));
  ready_.clear();
  for (pollfd& one : watched_) {
    if (one.revents != 0) ready_.push_back(one.fd);
    one.revents = 0;
  }
  return ready_;
}

#endif

}  // namespace slotflow
