#include "engine/clock.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("clock: the system's time, to the millisecond") {
  const Interrupt interrupt;
  const SystemClock clock(interrupt);
  const auto before = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  const Timestamp now = clock.now();
  CHECK(now >= before);
  CHECK(now <= std::chrono::system_clock::now());
}

TEST_CASE("clock: a wait says whether its time has passed") {
  Interrupt interrupt;
  SystemClock clock(interrupt);
  CHECK(clock.wait(Duration(1)));
  interrupt.trigger();
  CHECK_FALSE(clock.wait(std::chrono::hours(1)));
}

TEST_CASE("clock: steady time advances by what was waited") {
  const Interrupt interrupt;
  SystemClock clock(interrupt);
  const auto before = clock.steady();
  REQUIRE(clock.wait(Duration(2)));
  CHECK(clock.steady() - before >= Duration(2));
}
