#include "net/clock.h"

#include <doctest/doctest.h>

#include "net/deadline.h"
#include "net/event_loop.h"

using namespace slotflow;

TEST_CASE("clock: the system's time, to the millisecond") {
  const SystemClock clock;
  const auto before = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  const Timestamp now = clock.now();
  CHECK(now >= before);
  CHECK(now <= std::chrono::system_clock::now());
}

TEST_CASE("clock: a wait says whether its time has passed, and steady time advances by it") {
  Interrupt interrupt;
  EventLoop loop(interrupt);
  SystemClock clock;
  Deadline deadline(loop);
  const auto before = clock.steady();
  CHECK(loop.run(clock.wait(deadline, Duration(2))));
  CHECK(clock.steady() - before >= Duration(2));
  interrupt.trigger();
  CHECK_FALSE(loop.run(clock.wait(deadline, std::chrono::hours(1))));
}
