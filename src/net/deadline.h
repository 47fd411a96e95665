// One end for everything that an attempt or a request does.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <asio/awaitable.hpp>
#include <asio/steady_timer.hpp>

#include "domain/duration.h"
#include "net/event_loop.h"

namespace slotflow {

// Once the time has passed, or the loop is interrupted, it cancels the operation that is under way
// and says why. An operation that begins later must ask over() first. Not thread-safe; `loop` must
// outlive it.
class Deadline {
 public:
  using Steady = std::chrono::steady_clock;
  enum class Cause { none, timed_out, interrupted };

  // Without an end, until set.
  explicit Deadline(EventLoop& loop);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // A new end, also after the old one has passed. Cheap: the timer is only set when it would come
  // too late.
  void set(Steady::time_point end);
  void set_from_now(Duration duration) { set(Steady::now() + duration); }
  void clear() { set(Steady::time_point::max()); }

  // What stops the operation that is under way; empty for none. It is called when the deadline
  // ends: once for each set(), and once more for an interrupt behind that.
  void on_end(std::function<void()> cancel) { cancel_ = std::move(cancel); }

  Cause cause() const { return cause_; }
  bool over();
  // As over(), but notices a time-out only when the loop has: cheaper before an operation that
  // suspends.
  bool noticed_over();
  // Ends it now, as the interrupt would.
  void interrupt() { end(Cause::interrupted); }

  // Does nothing until `time`; false if the deadline ended it before.
  asio::awaitable<bool> wait_until(Steady::time_point time);
  asio::awaitable<bool> wait(Duration duration) { return wait_until(Steady::now() + duration); }
  // Does nothing until wake(); false if the deadline ended it before.
  asio::awaitable<bool> wait_for_wake();
  void wake();

 private:
  friend class EventLoop;
  static void interrupt_all(EventLoop& loop);

  asio::awaitable<void> pause_until(Steady::time_point time);
  void arm();
  void end(Cause cause);

  EventLoop& loop_;
  Deadline* next_ = nullptr;  // in the loop's list
  Deadline* previous_ = nullptr;
  Steady::time_point end_ = Steady::time_point::max();
  Steady::time_point armed_ = Steady::time_point::max();  // when the timer will look again
  Cause cause_ = Cause::none;
  std::function<void()> cancel_;
  asio::steady_timer timer_;
  std::unique_ptr<asio::steady_timer> pause_;  // made by the first wait
  bool woken_ = false;
  std::shared_ptr<Deadline*> self_;  // for the timer's handler, which may run after the destructor
};

}  // namespace slotflow
