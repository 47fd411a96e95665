#include "system/interrupt.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace slotflow {

namespace {

constexpr Duration kSameWish(500);

// What SIGHUP means is left to nohup(1), under which the terminal may go.
sigset_t signals_that_ask() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  struct sigaction hangup{};
  ::sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) sigaddset(&signals, SIGHUP);
  return signals;
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
  const auto end = Steady::now() + std::min(d, kLongestDuration);
  for (;;) {
    if (triggered()) return false;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Steady::now()).count();
    if (left <= 0) return true;
    pollfd fd{read_end_, POLLIN, 0};
    constexpr long kLongestPoll = 1'000'000'000;
    ::poll(&fd, 1, static_cast<int>(left < kLongestPoll ? left : kLongestPoll));
  }
}

// Signals that are blocked wait for whoever reads them, so none is lost on a thread that is just
// being born, and no code has to be fit for a signal handler.
SignalsToInterrupt::SignalsToInterrupt(Interrupt& interrupt) : interrupt_(interrupt) {
  const sigset_t signals = signals_that_ask();
  signals_ = UniqueFd(::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
  if (signals_.get() < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  ::pthread_sigmask(SIG_BLOCK, &signals, &old_mask_);
  try {
    watcher_ = std::thread([this] { watch(); });
  } catch (...) {
    ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
    throw;
  }
}

SignalsToInterrupt::~SignalsToInterrupt() {
  over_.trigger();
  watcher_.join();
  ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

void SignalsToInterrupt::watch() {
  while (!over_.triggered()) {
    pollfd fds[] = {{signals_.get(), POLLIN, 0}, {over_.fd(), POLLIN, 0}};
    ::poll(fds, 2, -1);
    read_signals();
  }
}

void SignalsToInterrupt::read_signals() {
  signalfd_siginfo signal{};
  while (::read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
    const auto now = std::chrono::steady_clock::now();
    if (!first_) first_ = now;
    if (now - *first_ > kSameWish) ::_exit(130);
    interrupt_.trigger();
  }
}

}  // namespace slotflow
