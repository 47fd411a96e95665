#include "engine/deadline.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include "engine/unique_fd.h"

using namespace slotflow;

namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    out = UniqueFd(ends[0]);
    in = UniqueFd(ends[1]);
  }
  UniqueFd out, in;
};

}  // namespace

TEST_CASE("deadline: ready, timed out or interrupted") {
  Pipe pipe;
  Interrupt interrupt;
  const PollDeadline soon(Duration(5), interrupt);
  CHECK(soon.wait(pipe.out.get(), POLLIN) == WaitResult::timed_out);
  CHECK(soon.passed());
  const PollDeadline later(std::chrono::hours(1), interrupt);
  CHECK_FALSE(later.passed());
  CHECK(later.wait(pipe.in.get(), POLLOUT) == WaitResult::ready);
  REQUIRE(::write(pipe.in.get(), "x", 1) == 1);
  CHECK(later.wait(pipe.out.get(), POLLIN) == WaitResult::ready);
  interrupt.trigger();
  CHECK(later.wait(pipe.out.get(), POLLIN) == WaitResult::interrupted);
}

TEST_CASE("deadline: nothing is ready after the end") {
  Pipe pipe;
  REQUIRE(::write(pipe.in.get(), "x", 1) == 1);
  const Interrupt interrupt;
  const PollDeadline over(Duration(0), interrupt);
  CHECK(over.wait(pipe.out.get(), POLLIN) == WaitResult::timed_out);
}

TEST_CASE("deadline: an end of the other side is an event too") {
  Pipe pipe;
  pipe.in = UniqueFd();
  const Interrupt interrupt;
  const PollDeadline later(std::chrono::hours(1), interrupt);
  CHECK(later.wait(pipe.out.get(), POLLIN) == WaitResult::ready);
}

TEST_CASE("deadline: wait_any ends at its wake, with no events") {
  Pipe pipe;
  const Interrupt interrupt;
  const PollDeadline later(std::chrono::hours(1), interrupt);
  pollfd fds[2] = {{pipe.out.get(), POLLIN, 0}, {}};
  const auto wake = PollDeadline::Steady::now() + Duration(5);
  CHECK(later.wait_any(fds, 1, wake) == WaitResult::ready);
  CHECK(PollDeadline::Steady::now() >= wake);
  CHECK(fds[0].revents == 0);
}
