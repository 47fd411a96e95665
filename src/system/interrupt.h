// The user's request to stop, which ends every wait.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

#include "domain/duration.h"
#include "system/pipe.h"

namespace slotflow {

// Stays triggered once it was. Thread-safe; trigger() may also be called from a signal handler.
class Interrupt {
 public:
  // Throws std::system_error.
  Interrupt() = default;
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void trigger() noexcept;
  bool triggered() const noexcept { return triggered_.load(); }
  // Readable once triggered, and from then on: any number of threads can poll it.
  int fd() const noexcept { return pipe_.fd(); }
  // Waits for `d`, at most kLongestDuration. Returns false if it was interrupted before its end.
  bool wait(Duration d) const;

 private:
  std::atomic<bool> triggered_{false};
  WakePipe pipe_;
};

// While it exists, the first SIGINT, SIGTERM or SIGHUP triggers `interrupt`; a later one ends the
// process at once with 130. Ignores signals within 500 ms of the first: timeout(1) and shells
// signal a process and then its group. Has its own thread. Construct it before any other thread
// starts, and destroy it on the same thread. `interrupt` must outlive this object.
class SignalsToInterrupt {
 public:
  // If `terminal` is the descriptor of a terminal, it gets a line break at SIGINT: it shows ^C
  // where the cursor is. Throws std::system_error.
  explicit SignalsToInterrupt(Interrupt& interrupt, int terminal = -1);
  ~SignalsToInterrupt();
  SignalsToInterrupt(const SignalsToInterrupt&) = delete;
  SignalsToInterrupt& operator=(const SignalsToInterrupt&) = delete;

 private:
  void watch();

  Interrupt& interrupt_;
  const int terminal_;
  sigset_t signals_;
  sigset_t old_mask_{};
  std::atomic<bool> over_{false};
  std::thread watcher_;
};

}  // namespace slotflow
