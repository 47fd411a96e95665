#include "system/interrupt.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include "system/platform.h"
#include "system/steady_clock.h"

namespace slotflow {

namespace {

constexpr Duration kSameRequest(500);

// SIGHUP is left out if it is ignored, as under nohup(1), unless it is given a meaning.
sigset_t caught_signals(bool with_hangup) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  struct sigaction hangup{};
  ::sigaction(SIGHUP, nullptr, &hangup);
  if (with_hangup || hangup.sa_handler != SIG_IGN) sigaddset(&signals, SIGHUP);
  return signals;
}

void write_if_ready(int fd, std::string_view text) {
  pollfd polled{fd, POLLOUT, 0};
  if (::poll(&polled, 1, 0) <= 0 || (polled.revents & POLLOUT) == 0) return;
  [[maybe_unused]] const auto written = ::write(fd, text.data(), text.size());
}

}  // namespace

void Interrupt::trigger(int signal) noexcept {
  int none = 0;
  if (!triggered()) signal_.compare_exchange_strong(none, signal);
  // The pipe is never cleared: it stays readable for every later poll().
  if (!triggered_.exchange(true)) pipe_.wake();
}

bool Interrupt::wait(Duration d) const {
  const auto end = steady_now() + std::min(d, kLongestDuration);
  for (;;) {
    if (triggered()) return false;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady_now()).count();
    if (left <= 0) return true;
    pollfd polled{fd(), POLLIN, 0};
    constexpr long kLongestPoll = 1'000'000'000;
    ::poll(&polled, 1, static_cast<int>(left < kLongestPoll ? left : kLongestPoll));
  }
}

// A blocked signal stays pending until it is read, so none is lost while a thread starts, and no
// code has to be safe in a signal handler.
SignalsToInterrupt::SignalsToInterrupt(Interrupt& interrupt, std::function<void()> on_hangup,
                                       int terminal)
    : interrupt_(interrupt),
      on_hangup_(std::move(on_hangup)),
      terminal_(terminal),
      own_terminal_(terminal >= 0 ? reopen_without_waiting(terminal) : UniqueFd()),
      signals_(caught_signals(static_cast<bool>(on_hangup_))) {
  ::pthread_sigmask(SIG_BLOCK, &signals_, &old_mask_);
  ::sigaction(SIGHUP, nullptr, &old_hangup_);
  // An ignored signal would not stay pending.
  if (on_hangup_ && old_hangup_.sa_handler == SIG_IGN) std::signal(SIGHUP, SIG_DFL);
  try {
    watcher_ = std::thread([this] { watch(); });
  } catch (...) {
    restore();
    throw;
  }
}

SignalsToInterrupt::~SignalsToInterrupt() {
  over_ = true;
  ::pthread_kill(watcher_.native_handle(), SIGTERM);  // ends its sigwait()
  watcher_.join();
  restore();
}

void SignalsToInterrupt::restore() {
  ::sigaction(SIGHUP, &old_hangup_, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

// Comes before trigger(): what follows on the terminal is below the ^C. A terminal that nobody
// reads, or that Ctrl-S has stopped, gets none, as nothing may delay trigger().
void SignalsToInterrupt::break_line() const {
  write_if_ready(own_terminal_ ? own_terminal_.get() : terminal_, "\n");
}

void SignalsToInterrupt::set_last_words(int fd, std::string text) {
  const std::lock_guard lock(mutex_);
  words_fd_ = fd;
  last_words_ = std::move(text);
}

void SignalsToInterrupt::on_second(std::function<void()> action) {
  const std::lock_guard lock(mutex_);
  on_second_ = std::move(action);
}

// Returns whether there was something to do.
bool SignalsToInterrupt::act_on_second() {
  std::function<void()> action;
  {
    const std::lock_guard lock(mutex_);
    action = std::exchange(on_second_, nullptr);
  }
  if (action) action();
  return static_cast<bool>(action);
}

void SignalsToInterrupt::say_last_words() {
  const std::lock_guard lock(mutex_);
  if (!last_words_.empty()) write_if_ready(words_fd_, last_words_);
}

void SignalsToInterrupt::watch() {
  std::optional<SteadyTime> last;  // signal that had an effect
  for (;;) {
    int signal = 0;
    if (::sigwait(&signals_, &signal) != 0) continue;
    if (over_) return;
    if (signal == SIGHUP && on_hangup_) {
      on_hangup_();
      continue;
    }
    if (signal == SIGINT && terminal_ >= 0) break_line();
    const auto now = steady_now();
    if (!last) {
      last = now;
    } else if (now - *last > kSameRequest) {
      last = now;
      if (!act_on_second()) {
        say_last_words();
        ::_exit(130);
      }
    }
    interrupt_.trigger(signal);
  }
}

}  // namespace slotflow
