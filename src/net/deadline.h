// A time limit for everything that an attempt or a request does.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include "domain/duration.h"
#include "net/event_loop.h"
#include "system/steady_clock.h"

namespace slotflow {

// When the time has passed or the loop is interrupted, cancels the current operation and sets the
// cause. Check over() before starting an operation. Not thread-safe. `loop` must outlive this
// object.
class Deadline {
 public:
  enum class Cause { none, timed_out, interrupted };

  // Has no end until it is set.
  explicit Deadline(EventLoop& loop);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // Sets a new end, also after the old one has passed. Cheap: restarts the timer only if it would
  // expire too late.
  void set(SteadyTime end);
  void set_from_now(Duration duration) { set(steady_now() + duration); }
  void clear() { set(SteadyTime::max()); }

  // Sets the function that cancels the current operation; empty: none. Called when the deadline
  // ends: once for each set(), and once more for a later interrupt.
  void on_end(std::function<void()> cancel) { cancel_ = std::move(cancel); }

  Cause cause() const { return cause_; }
  // Returns whether the time has passed or the loop was interrupted. Reads the clock.
  bool over();
  // As over(), but notices a time-out only after the timer has run. Cheaper; use it before an
  // operation that suspends.
  bool noticed_over();
  // Ends the deadline now, as an interrupt of the loop does.
  void interrupt() { end(Cause::interrupted); }

  // Waits until `time`, or, as all that follow, for 10 years. Returns false if the deadline ended
  // before.
  asio::awaitable<bool> wait_until(SteadyTime time);
  asio::awaitable<bool> wait(Duration duration) { return wait_until(after(duration)); }
  // Waits until wake(). Returns false if the deadline ended before.
  asio::awaitable<bool> wait_for_wake() { return wait_until_or_wake(SteadyTime::max()); }
  // Waits until wake(), but at most for `duration`. Returns false if the deadline ended before.
  asio::awaitable<bool> wait_or_wake(Duration duration) {
    return wait_until_or_wake(after(duration));
  }
  void wake();

 private:
  friend class EventLoop;
  static void interrupt_all(EventLoop& loop);

  // The clock has nanoseconds, of which 292 years fit.
  static SteadyTime after(Duration duration) {
    return steady_now() + std::min(duration, kLongestDuration);
  }
  asio::awaitable<bool> wait_until_or_wake(SteadyTime time);
  asio::awaitable<void> pause_until(SteadyTime time);
  void arm();
  void end(Cause cause);

  EventLoop& loop_;
  Deadline* next_ = nullptr;  // in the loop's list
  Deadline* previous_ = nullptr;
  SteadyTime end_ = SteadyTime::max();
  SteadyTime armed_ = SteadyTime::max();  // when the timer expires
  Cause cause_ = Cause::none;
  std::function<void()> cancel_;
  asio::steady_timer timer_;
  std::unique_ptr<asio::steady_timer> pause_;  // created by the first wait
  bool woken_ = false;
  std::shared_ptr<Deadline*> self_;  // for the timer's handler, which may run after the destructor
};

}  // namespace slotflow
