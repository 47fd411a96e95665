#include "net/emulated_clock.h"

#include <chrono>

#include <asio/post.hpp>
#include <doctest/doctest.h>

#include "net/deadline.h"
#include "net/event_loop.h"

using namespace slotflow;

namespace {

const Timestamp kSomeTime = parse_iso8601("2026-03-10T14:05:00Z").value();

bool is_about_now(Timestamp time) {
  const auto difference = time - SystemClock().now();
  return difference < std::chrono::minutes(1) && difference > -std::chrono::minutes(1);
}

}  // namespace

TEST_CASE("emulated_clock: it runs from the system's time, or from the one that is set") {
  EmulatedClock clock;
  CHECK(is_about_now(clock.now()));
  clock.set(kSomeTime);
  CHECK(clock.now() >= kSomeTime);
  CHECK(clock.now() < kSomeTime + std::chrono::minutes(1));
  CHECK(is_about_now(clock.signing_time()));
}

TEST_CASE("emulated_clock: it stands still while it is frozen or held") {
  EmulatedClock clock;
  clock.freeze(true);
  clock.set(kSomeTime);
  CHECK(clock.now() == kSomeTime);
  CHECK(clock.signing_time() == kSomeTime);
  CHECK(clock.is_frozen());
  clock.hold(true);
  clock.freeze(false);
  CHECK(clock.now() == kSomeTime);
  CHECK(is_about_now(clock.signing_time()));
  clock.hold(false);
  CHECK(clock.now() >= kSomeTime);
  CHECK_FALSE(clock.is_frozen());
}

TEST_CASE("emulated_clock: a wait of a clock that stands still ends when it is woken") {
  Interrupt interrupt;
  EventLoop loop(interrupt);
  EmulatedClock clock;
  Deadline deadline(loop);
  CHECK(loop.run(clock.wait(deadline, Duration(2))));
  const auto wait_and_wake = [&](Duration d) -> asio::awaitable<bool> {
    asio::post(loop.context(), [&] { deadline.wake(); });
    co_return co_await clock.wait(deadline, d);
  };
  clock.freeze(true);
  CHECK(loop.run(wait_and_wake(Duration(2))));
  clock.freeze(false);
  CHECK(loop.run(wait_and_wake(std::chrono::hours(1))));
  interrupt.trigger();
  CHECK_FALSE(loop.run(clock.wait(deadline, std::chrono::hours(1))));
}
