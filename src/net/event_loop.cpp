#include "net/event_loop.h"

#include <cerrno>
#include <system_error>

#include <fcntl.h>

#include "net/deadline.h"
#include "net/name_lookups.h"

namespace slotflow {

namespace {

constexpr std::size_t kScratch = 64 * 1024;  // bytes

// The loop closes the descriptor that it watches, so it gets its own.
int duplicate(int fd) {
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "dup");
  return copy;
}

}  // namespace

EventLoop::EventLoop(const Interrupt& interrupt)
    : interrupt_(interrupt),
      interrupt_fd_(context_, duplicate(interrupt.fd())),
      scratch_(kScratch),
      lookups_(std::make_unique<NameLookups>(context_)) {
  watch_interrupt();
}

EventLoop::~EventLoop() = default;

// The pipe stays readable, so watching once is enough.
void EventLoop::watch_interrupt() {
  interrupt_fd_.async_wait(asio::posix::descriptor_base::wait_read,
                           [this](const asio::error_code& error) {
                             if (!error) Deadline::interrupt_all(*this);
                           });
}

void EventLoop::run_until(const bool& ended) {
  context_.restart();
  while (!ended) context_.run_one();
}

}  // namespace slotflow
