// The event loop of a command: sockets, timers and the interrupt on one thread.
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
#include <asio/use_awaitable.hpp>

#include "system/interrupt.h"

namespace slotflow {

class Deadline;
class NameLookups;
class TurnEnd;

// Not thread-safe, except that any thread may asio::post() and asio::co_spawn() to context().
// `interrupt` must outlive this object.
class EventLoop {
 public:
  // Throws std::system_error if too few descriptors are left.
  explicit EventLoop(const Interrupt& interrupt);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  asio::io_context& context() { return context_; }
  NameLookups& lookups() { return *lookups_; }
  bool interrupted() const { return interrupt_.triggered(); }

  // Runs the loop on this thread until `task` has ended. Returns its result or throws its
  // exception. Other tasks run meanwhile.
  template <class T>
  T run(asio::awaitable<T> task) {
    // Shared: an exception of another task ends this function before the task has ended.
    const auto outcome = std::make_shared<Outcome<T>>();
    asio::co_spawn(context_, std::move(task), [outcome](auto&&... results) {
      (*outcome)(std::forward<decltype(results)>(results)...);
    });
    run_until(outcome->ended);
    return outcome->take();
  }

  // Returns memory to read into. Its contents are valid until the coroutine suspends.
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

  // Calling it, once, resumes a coroutine; destroying it instead ends the coroutine.
  using Resumption = asio::async_result<asio::use_awaitable_t<>, void()>::handler_type;

  friend class Deadline;
  friend class TurnEnd;
  void run_until(const bool& ended);
  void watch_interrupt();

  const Interrupt& interrupt_;
  // Requested; nullptr: cancelled. Declared before the context, whose destructor destroys
  // coroutines that cancel theirs.
  std::vector<TurnEnd*> turn_ends_;
  // One thread uses the sockets, so that they need no locks; post() has its own.
  asio::io_context context_{ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  // Coroutines that wait for the end of the turn. Declared after the context: one that is destroyed
  // posts to it.
  std::vector<Resumption> turn_waits_;
  asio::posix::stream_descriptor interrupt_fd_;
  std::vector<char> scratch_;
  std::unique_ptr<NameLookups> lookups_;
  Deadline* deadlines_ = nullptr;  // a list of all
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
