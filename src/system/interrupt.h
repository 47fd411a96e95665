// The user's request to stop, which ends every wait.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "domain/duration.h"
#include "system/pipe.h"
#include "system/unique_fd.h"

namespace slotflow {

// Thrown where the user's request to stop ends what a command cannot go on without.
struct Interrupted : std::exception {
  const char* what() const noexcept override { return "interrupted"; }
};

// Stays triggered once it was. Thread-safe; trigger() may also be called from a signal handler.
class Interrupt {
 public:
  // Throws std::system_error.
  Interrupt() = default;
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  // `signal`: the one that is the reason, or 0.
  void trigger(int signal = 0) noexcept;
  // Returns the signal of the first trigger(), or 0.
  int signal() const noexcept { return signal_.load(); }
  bool triggered() const noexcept { return triggered_.load(); }
  // Readable once triggered, and from then on: any number of threads can poll it.
  int fd() const noexcept { return pipe_.fd(); }
  // Waits for `d`, at most kLongestDuration. Returns false if it was interrupted before its end.
  bool wait(Duration d) const;

 private:
  std::atomic<int> signal_{0};
  std::atomic<bool> triggered_{false};
  WakePipe pipe_;
};

// While it exists, the first SIGINT, SIGTERM or SIGHUP triggers `interrupt`; a later one ends the
// process at once with 130, see on_second(). Ignores signals within 500 ms of one that it has
// acted on: timeout(1) and shells signal a process and then its group. A SIGHUP that was ignored,
// as under nohup(1), stays ignored. With `on_hangup`, each SIGHUP calls that function instead, on
// another thread, even if it was ignored. Has its own thread. Construct it before any other thread
// starts, and destroy it on the same thread. `interrupt` must outlive this object.
class SignalsToInterrupt {
 public:
  // If `terminal` is the descriptor of a terminal, it gets a line break at SIGINT, unless
  // that would have to wait: it shows ^C where the cursor is. Throws std::system_error.
  explicit SignalsToInterrupt(Interrupt& interrupt, std::function<void()> on_hangup = {},
                              int terminal = -1);
  ~SignalsToInterrupt();
  SignalsToInterrupt(const SignalsToInterrupt&) = delete;
  SignalsToInterrupt& operator=(const SignalsToInterrupt&) = delete;

  // Sets what the second signal does, on another thread; then only the third one ends the process.
  // Thread-safe.
  void on_second(std::function<void()> action);

  // Sets what a later signal writes to `fd` before it ends the process, unless that would have to
  // wait: what is left undone then. "" is nothing. Thread-safe.
  void set_last_words(int fd, std::string text);

 private:
  void watch();
  void break_line() const;
  bool act_on_second();
  void say_last_words();
  void restore();

  Interrupt& interrupt_;
  std::function<void()> on_hangup_;
  struct sigaction old_hangup_{};
  const int terminal_;
  const UniqueFd own_terminal_;  // the same one, whose write() never waits; or none
  sigset_t signals_;
  sigset_t old_mask_{};
  std::atomic<bool> over_{false};
  std::mutex mutex_;
  int words_fd_ = -1;                // guarded by mutex_
  std::string last_words_;           // guarded by mutex_
  std::function<void()> on_second_;  // guarded by mutex_
  std::thread watcher_;
};

}  // namespace slotflow
