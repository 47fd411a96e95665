// An event loop on its own thread, for a server that runs during the test.
#pragma once

#include <thread>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/use_future.hpp>

#include "net/condition.h"
#include "net/event_loop.h"

namespace slotflow::test {

// Construct objects that use the loop before start(), and destroy them after stop().
class LoopThread {
 public:
  ~LoopThread() { stop(); }

  EventLoop& loop() { return loop_; }
  void start() {
    thread_ = std::thread([this] { loop_.run(until_stopped()); });
  }
  // Runs the coroutine that `make` returns on the loop's thread, and waits for its end.
  template <class Make>
  void run(Make make) {
    asio::co_spawn(loop_.context(), make, asio::use_future).get();
  }
  void stop() {
    if (!thread_.joinable()) return;
    asio::post(loop_.context(), [this] {
      stopped_ = true;
      changed_.notify();
    });
    thread_.join();
  }

 private:
  asio::awaitable<void> until_stopped() {
    while (!stopped_) co_await changed_.wait();
  }

  Interrupt interrupt_;
  EventLoop loop_{interrupt_};
  Condition changed_{loop_.context()};
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace slotflow::test
