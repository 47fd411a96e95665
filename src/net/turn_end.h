// Work that waits until the event loop has run all that is ready.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include <asio/awaitable.hpp>

#include "net/event_loop.h"

namespace slotflow {

// A turn of the loop runs what the last wait has found ready. What many connections write belongs
// at its end: written one after the other, it wakes the process at the other end once, and not
// again for each. Not thread-safe. `loop` must outlive this object.
class TurnEnd {
 public:
  // `work` must not throw.
  TurnEnd(EventLoop& loop, std::function<void()> work) : loop_(loop), work_(std::move(work)) {}
  ~TurnEnd() { cancel(); }
  TurnEnd(const TurnEnd&) = delete;
  TurnEnd& operator=(const TurnEnd&) = delete;

  // Calls the work once, at the end of this turn. Changes nothing if that is requested already.
  void request();
  bool is_requested() const { return requested_; }
  void cancel();
  // Waits until all work that is requested for this turn is done, or cancelled. Only while this
  // work is requested, and to be awaited at once. Neither a deadline nor an interrupt ends it
  // earlier.
  asio::awaitable<void> wait();

 private:
  static void run_all(EventLoop& loop);

  EventLoop& loop_;
  std::function<void()> work_;
  bool requested_ = false;
  std::size_t place_ = 0;  // among those that are requested
};

}  // namespace slotflow
