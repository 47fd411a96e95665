// The user's wish to stop, as something that every wait can wake up from.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include "domain/duration.h"
#include "system/unique_fd.h"

namespace slotflow {

// Once triggered it stays so. trigger() may be called from a signal handler and from any thread;
// fd() becomes readable then and for ever, so any number of threads can have it in their poll().
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void trigger() noexcept;
  bool triggered() const noexcept { return triggered_.load(); }
  int fd() const noexcept { return read_end_; }
  // Waits for `d`, at most kLongestDuration; true when the time passed, false when interrupted
  // before its end.
  bool wait(Duration d) const;

 private:
  std::atomic<bool> triggered_{false};
  int read_end_ = -1;
  int write_end_ = -1;
};

// While it lives, the first SIGINT, SIGTERM or SIGHUP triggers `interrupt`; a later one ends the
// process at once with 130. Signals within half a second of the first are the same wish told twice:
// timeout(1) and shells signal a process and then its group.
// A thread of its own reads the signals, and no other gets them: it is to be made before any thread
// that lives beside it, and on the thread that ends it. Throws std::system_error.
class SignalsToInterrupt {
 public:
  explicit SignalsToInterrupt(Interrupt& interrupt);
  ~SignalsToInterrupt();
  SignalsToInterrupt(const SignalsToInterrupt&) = delete;
  SignalsToInterrupt& operator=(const SignalsToInterrupt&) = delete;

 private:
  void watch();
  void read_signals();

  Interrupt& interrupt_;
  Interrupt over_;
  sigset_t old_mask_{};
  UniqueFd signals_;  // signalfd(2)
  std::optional<std::chrono::steady_clock::time_point> first_;
  std::thread watcher_;
};

}  // namespace slotflow
