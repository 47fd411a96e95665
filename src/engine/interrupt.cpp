#include "engine/interrupt.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace slotflow {

namespace {

std::atomic<Interrupt*> signalled{nullptr};
std::atomic<long long> first_signal_ms{0};  // on the monotonic clock; 0: none yet
struct sigaction old_int, old_term, old_hup;

constexpr long long kSameWishMs = 500;

long long monotonic_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);  // async-signal-safe
  return now.tv_sec * 1000LL + now.tv_nsec / 1'000'000 + 1;
}

extern "C" void on_signal(int) {
  const int saved_errno = errno;
  long long first = 0;
  const long long now = monotonic_ms();
  const bool is_first = first_signal_ms.compare_exchange_strong(first, now);
  if (!is_first && now - first > kSameWishMs) ::_exit(130);
  if (Interrupt* interrupt = signalled.load()) interrupt->trigger();
  errno = saved_errno;
}

}  // namespace

Interrupt::Interrupt() {
  int ends[2];
  if (::pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  read_end_ = ends[0];
  write_end_ = ends[1];
  for (const int fd : ends) {
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }
}

Interrupt::~Interrupt() {
  ::close(read_end_);
  ::close(write_end_);
}

void Interrupt::trigger() noexcept {
  if (triggered_.exchange(true)) return;
  // Nobody reads the byte: it keeps the pipe readable for every poll() to come.
  [[maybe_unused]] const auto written = ::write(write_end_, "!", 1);
}

bool Interrupt::wait(Duration d) const {
  using Steady = std::chrono::steady_clock;
  const auto end = Steady::now() + d;
  for (;;) {
    if (triggered()) return false;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Steady::now()).count();
    if (left <= 0) return true;
    pollfd fd{read_end_, POLLIN, 0};
    constexpr long kLongestPoll = 1'000'000'000;
    ::poll(&fd, 1, static_cast<int>(left < kLongestPoll ? left : kLongestPoll));
  }
}

SignalsToInterrupt::SignalsToInterrupt(Interrupt& interrupt) {
  first_signal_ms = 0;
  signalled = &interrupt;
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &old_int);
  ::sigaction(SIGTERM, &action, &old_term);
  ::sigaction(SIGHUP, nullptr, &old_hup);
  // Under nohup(1) the terminal may go.
  if (old_hup.sa_handler != SIG_IGN) ::sigaction(SIGHUP, &action, nullptr);
}

SignalsToInterrupt::~SignalsToInterrupt() {
  ::sigaction(SIGINT, &old_int, nullptr);
  ::sigaction(SIGTERM, &old_term, nullptr);
  ::sigaction(SIGHUP, &old_hup, nullptr);
  signalled = nullptr;
}

}  // namespace slotflow
