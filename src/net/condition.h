// A condition variable for the coroutines of one event loop.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

namespace slotflow {

// notify() wakes all coroutines that are waiting, notify_one() the one that has waited longest. As
// with std::condition_variable, check the condition in a loop. Not thread-safe.
class Condition {
 public:
  explicit Condition(asio::io_context& context)
      : timer_(context, asio::steady_timer::time_point::max()) {}

  asio::awaitable<void> wait() {
    asio::error_code cancelled;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }
  void notify() { timer_.cancel(); }
  void notify_one() { timer_.cancel_one(); }

 private:
  asio::steady_timer timer_;  // never expires: cancelling it is the notification
};

}  // namespace slotflow
