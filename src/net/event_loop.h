// The event loop of a command: sockets, timers and the wish to stop, all on one thread.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include "system/interrupt.h"

namespace slotflow {

class Deadline;
class NameLookups;

// Runs on whichever one thread calls run(). Not thread-safe, except for what asio::post() to
// context() allows. `interrupt` must outlive it.
class EventLoop {
 public:
  // Throws std::system_error when the system lacks descriptors for it.
  explicit EventLoop(const Interrupt& interrupt);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  asio::io_context& context() { return context_; }
  NameLookups& lookups() { return *lookups_; }
  bool interrupted() const { return interrupt_.triggered(); }

  // Runs the loop on this thread until `task` has ended. Returns its result, or throws what it has
  // thrown. Other tasks go on for as long.
  template <class T>
  T run(asio::awaitable<T> task) {
    // Shared: what another task throws ends this function before the task has ended.
    const auto outcome = std::make_shared<Outcome<T>>();
    asio::co_spawn(context_, std::move(task), [outcome](auto&&... results) {
      (*outcome)(std::forward<decltype(results)>(results)...);
    });
    run_until(outcome->ended);
    return outcome->take();
  }

  // Memory to read into. Valid until the coroutine that uses it suspends.
  std::span<char> scratch() { return scratch_; }

 private:
  template <class T>
  struct Outcome {
    bool ended = false;
    std::exception_ptr error;
    std::optional<T> value;

    void operator()(std::exception_ptr thrown, T result) {
      error = thrown;
      value = std::move(result);
      ended = true;
    }
    T take() {
      if (error) std::rethrow_exception(error);
      return std::move(*value);
    }
  };

  friend class Deadline;
  void run_until(const bool& ended);
  void watch_interrupt();

  const Interrupt& interrupt_;
  asio::io_context context_{1};
  asio::posix::stream_descriptor interrupt_fd_;
  std::vector<char> scratch_;
  std::unique_ptr<NameLookups> lookups_;
  Deadline* deadlines_ = nullptr;  // all there are, as a list
};

template <>
struct EventLoop::Outcome<void> {
  bool ended = false;
  std::exception_ptr error;

  void operator()(std::exception_ptr thrown) {
    error = thrown;
    ended = true;
  }
  void take() const {
    if (error) std::rethrow_exception(error);
  }
};

}  // namespace slotflow
