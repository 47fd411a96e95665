#include "net/deadline.h"

#include <functional>

#include <asio/post.hpp>
#include <doctest/doctest.h>

#include "support/enum_words.h"

using namespace slotflow;

namespace {

struct Ended {
  bool waited = true;
  int cancelled = 0;
  Deadline::Cause cause = Deadline::Cause::none;
};

// Waits an hour under a deadline that `prepare` sets.
template <class Prepare>
Ended wait_under(EventLoop& loop, Prepare prepare) {
  Ended ended;
  loop.run([](EventLoop& on, Prepare make, Ended& result) -> asio::awaitable<void> {
    Deadline deadline(on);
    deadline.on_end([&result] { ++result.cancelled; });
    make(deadline);
    result.waited = co_await deadline.wait(std::chrono::hours(1));
    result.cause = deadline.cause();
  }(loop, prepare, ended));
  return ended;
}

}  // namespace

TEST_CASE("deadline: its end ends a wait, and cancels the current operation once") {
  const Interrupt never;
  EventLoop loop(never);
  const Ended ended =
      wait_under(loop, [](Deadline& deadline) { deadline.set_from_now(Duration(5)); });
  CHECK_FALSE(ended.waited);
  CHECK(ended.cancelled == 1);
  CHECK(ended.cause == Deadline::Cause::timed_out);
}

TEST_CASE(
    "deadline: an earlier end takes the place of a later one, and a later one of an earlier") {
  const Interrupt never;
  EventLoop loop(never);
  CHECK_FALSE(wait_under(loop, [](Deadline& deadline) {
                deadline.set_from_now(std::chrono::hours(2));
                deadline.set_from_now(Duration(5));
              }).waited);
  const auto begin = steady_now();
  const Ended ended = wait_under(loop, [](Deadline& deadline) {
    deadline.set_from_now(Duration(1));
    deadline.set_from_now(Duration(40));
  });
  CHECK(ended.cause == Deadline::Cause::timed_out);
  CHECK(steady_now() - begin >= Duration(40));
}

TEST_CASE("deadline: an interrupt ends it, also before it began") {
  Interrupt interrupt;
  EventLoop loop(interrupt);
  CHECK(wait_under(loop, [&](Deadline&) { interrupt.trigger(); }).cause ==
        Deadline::Cause::interrupted);
  const Ended late = wait_under(loop, [](Deadline&) {});
  CHECK_FALSE(late.waited);
  CHECK(late.cause == Deadline::Cause::interrupted);
}

TEST_CASE("deadline: clear() and a new end reset a time-out, but not an interrupt") {
  const Interrupt never;
  EventLoop loop(never);
  Deadline deadline(loop);
  const auto pass = [&] {
    deadline.set_from_now(Duration(-1));
    CHECK(deadline.over());
  };
  pass();
  deadline.clear();
  CHECK_FALSE(deadline.over());
  pass();
  deadline.set_from_now(std::chrono::hours(1));
  CHECK_FALSE(deadline.over());
  pass();
  deadline.interrupt();
  deadline.set_from_now(std::chrono::hours(1));
  CHECK(deadline.over());
  CHECK(deadline.cause() == Deadline::Cause::interrupted);
}

TEST_CASE("deadline: a wait ends when it is woken") {
  const Interrupt never;
  EventLoop loop(never);
  Deadline deadline(loop);
  // Posted twice: the wait begins in between.
  const auto soon = [&](const std::function<void()>& what) {
    asio::post(loop.context(), [&loop, what] { asio::post(loop.context(), what); });
  };
  soon([&] { deadline.wake(); });
  CHECK(loop.run(deadline.wait_for_wake()));
  soon([&] { deadline.interrupt(); });
  CHECK_FALSE(loop.run(deadline.wait_for_wake()));
}

TEST_CASE("deadline: a wait that ends before the deadline is complete") {
  const Interrupt never;
  EventLoop loop(never);
  bool waited = false;
  loop.run([](EventLoop& on, bool& result) -> asio::awaitable<void> {
    Deadline deadline(on);
    deadline.set_from_now(std::chrono::hours(1));
    const auto begin = steady_now();
    const bool whole = co_await deadline.wait(Duration(5));
    result = whole && steady_now() - begin >= Duration(5);
  }(loop, waited));
  CHECK(waited);
}
