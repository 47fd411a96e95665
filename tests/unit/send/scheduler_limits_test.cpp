// What bounds a scheduler, and what ends it early.
#include <algorithm>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include "net/connect.h"
#include "send/scheduler.h"
#include "support/growth.h"
#include "support/scheduling.h"

using namespace slotflow;
using namespace slotflow::test;
using std::chrono::minutes;

TEST_CASE("scheduler: no more attempts at once than allowed, also with a slow observer") {
  for (const int behind : {0, 3}) {
    CAPTURE(behind);
    const Interrupt never;
    EventLoop loop(never);
    int under_way = 0, most = 0;
    FakeSender sender(
        [&](const Request&, int) {
          --under_way;
          return responded(200);
        },
        [&](const Request&) -> asio::awaitable<void> {
          most = std::max(most, ++under_way);
          Deadline pause(loop);
          co_await pause.wait(Duration(1));
        });
    FakeClock clock;
    Recorder recorder;
    recorder.behind = behind;
    Scheduler scheduler(loop, sender, clock, {{}, 7}, recorder);
    for (int i = 0; i < 300; ++i) scheduler.submit({delivery_to(std::to_string(i))});
    CHECK(scheduler.drain().summary.delivered == 300);
    CHECK(most == 7);
  }
}

TEST_CASE("scheduler: its work is in proportion to the number of deliveries") {
  const double times = growth(100, [](std::size_t count) {
    const Interrupt never;
    EventLoop loop(never);
    FakeSender sender([](const Request&, int) { return responded(200); });
    FakeClock clock;
    Recorder recorder;
    Scheduler scheduler(loop, sender, clock, {}, recorder);
    for (std::size_t i = 0; i < count; ++i) scheduler.submit({delivery_to("a")});
    scheduler.submit(Lane(count, delivery_to("b")));  // one after the other
    CHECK(scheduler.drain().summary.delivered == 2 * count);
  });
  CHECK(times < kLinear);
}

TEST_CASE("scheduler: a shortage is waited for, and is not a failure of an endpoint") {
  const Interrupt never;
  EventLoop loop(never);
  int under_way = 0;
  FakeSender sender(
      [&](const Request&, int) {
        --under_way;
        return responded(200);
      },
      [&](const Request&) -> asio::awaitable<void> {
        if (under_way == 3) throw Shortage(ErrorCode::io_error, "no more");
        ++under_way;
        Deadline pause(loop);
        co_await pause.wait(Duration(1));
      });
  FakeClock clock;
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {}, recorder);
  for (int i = 0; i < 100; ++i) scheduler.submit({delivery_to(std::to_string(i))});
  CHECK(counts(scheduler.drain().summary) ==
        "100 deliveries, 100 delivered, 0 failed, 0 unfinished, 100 attempts");
}

TEST_CASE("scheduler: after a shortage there are as many attempts at once as before") {
  const Interrupt never;
  EventLoop loop(never);
  int under_way = 0, most = 0, shortages = 0;
  FakeSender sender(
      [&](const Request&, int) {
        --under_way;
        return responded(200);
      },
      [&](const Request&) -> asio::awaitable<void> {
        if (under_way == 2 && shortages < 10) {
          ++shortages;
          throw Shortage(ErrorCode::io_error, "no more for a while");
        }
        most = std::max(most, ++under_way);
        Deadline pause(loop);
        co_await pause.wait(Duration(1));
      });
  FakeClock clock;
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {{}, 7}, recorder);
  for (int i = 0; i < 300; ++i) scheduler.submit({delivery_to(std::to_string(i))});
  CHECK(scheduler.drain().summary.delivered == 300);
  CHECK(shortages > 0);
  CHECK(most == 7);
}

TEST_CASE("scheduler: an interrupt during a shortage leaves no attempt") {
  Interrupt interrupt;
  EventLoop loop(interrupt);
  FakeSender sender([&](const Request&, int) -> Reply {
    interrupt.trigger();
    throw Shortage(ErrorCode::io_error, "no more");
  });
  FakeClock clock;
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {}, recorder);
  scheduler.submit({delivery_to("a")});
  CHECK(counts(scheduler.drain().summary) ==
        "1 deliveries, 0 delivered, 0 failed, 1 unfinished, 0 attempts");
  CHECK(recorder.attempts.empty());
}

TEST_CASE("scheduler: if no connection can be opened at all, that is an error, not a failure") {
  const Interrupt never;
  EventLoop loop(never);
  FakeSender sender(
      [](const Request&, int) -> Reply { throw Shortage(ErrorCode::io_error, "not even one"); });
  FakeClock clock;
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {}, recorder);
  for (int i = 0; i < 10; ++i) scheduler.submit({delivery_to(std::to_string(i))});
  CHECK_THROWS_WITH_AS(scheduler.drain(), "not even one", Shortage);
  CHECK(recorder.attempts.empty());
}

TEST_CASE("scheduler: an error of the observer ends a lane, also during a retry") {
  struct Failing : Recorder {
    explicit Failing(int number) : number_(number) {}
    void attempted(const Attempt& attempt) override {
      Recorder::attempted(attempt);
      if (attempt.number == number_) throw Error(ErrorCode::io_error, "cannot report");
    }
    int number_;
  };
  for (const int number : {1, 2, 3}) {
    CAPTURE(number);
    const Interrupt never;
    EventLoop loop(never);
    FakeSender sender([](const Request&, int) { return responded(500); });
    FakeClock clock;
    Failing recorder(number);
    Scheduler scheduler(loop, sender, clock, {{{{minutes(1), minutes(5)}, 1}}}, recorder);
    Lane lane{delivery_to("retried"), delivery_to("waits"), delivery_to("last")};
    for (Delivery& delivery : lane) delivery.after_previous = true;
    scheduler.submit(std::move(lane));
    CHECK_THROWS_WITH_AS(scheduler.drain(), "cannot report", Error);
    CHECK(static_cast<int>(recorder.attempts.size()) == number);  // then no more is sent
  }
}

TEST_CASE("scheduler: the observer is called in order") {
  const Interrupt never;
  EventLoop loop(never);
  FakeSender sender([](const Request&, int number) { return responded(number == 1 ? 500 : 200); });
  FakeClock clock;
  Recorder recorder;
  recorder.behind = 3;  // nothing begins before it has caught up
  Scheduler scheduler(loop, sender, clock, {}, recorder);
  scheduler.submit({delivery_to("a")});
  scheduler.drain();
  CHECK(recorder.behind == 0);
  CHECK(recorder.events ==
        std::vector<std::string>{"planned a", "attempted a", "attempted a", "settled a delivered"});
}

TEST_CASE("scheduler: deliveries can be submitted while it runs, also from another thread") {
  const Interrupt never;
  EventLoop loop(never);
  Scheduler* running = nullptr;
  std::future<void> other;
  FakeSender sender([&](const Request& request, int) {
    if (request.url.target == "/first") {
      other = std::async(std::launch::async, [&] { running->submit({delivery_to("second")}); });
      other.get();
    }
    return responded(200);
  });
  FakeClock clock;
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {}, recorder);
  running = &scheduler;
  scheduler.submit({delivery_to("first")});
  CHECK(scheduler.drain().summary.delivered == 2);
  scheduler.submit({delivery_to("third")});  // and again, when it is done
  CHECK(scheduler.drain().summary.delivered == 1);
}

TEST_CASE("scheduler: stop() abandons waiting deliveries at once") {
  const Interrupt never;
  EventLoop loop(never);
  SystemClock clock;
  Scheduler* running = nullptr;
  FakeSender sender([&](const Request& request, int) {
    if (request.url.target == "/last") running->stop();
    return responded(500);
  });
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {{{{minutes(60)}, 1}}}, recorder);
  running = &scheduler;
  scheduler.submit({delivery_to("waits")});
  scheduler.submit({delivery_to("last"), delivery_to("never")});
  const DeliveryResult result = scheduler.drain();
  CHECK(result.summary.unfinished == 3);
  CHECK(result.unfinished.size() == 3);
}

TEST_CASE("scheduler: an attempt that ends after stop(), or after an error, is not retried") {
  for (const bool by_error : {false, true}) {
    CAPTURE(by_error);
    const Interrupt never;
    EventLoop loop(never);
    Scheduler* running = nullptr;
    FakeSender sender([](const Request&, int) { return responded(500); },
                      [&](const Request& request) -> asio::awaitable<void> {
                        if (request.url.target == "/wrong") throw std::runtime_error("wrong");
                        if (!by_error) running->stop();
                        // Behind what the loop has to do: the stop, or the start of the other.
                        co_await asio::post(loop.context(), asio::use_awaitable);
                      });
    FakeClock clock;
    Recorder recorder;
    Scheduler scheduler(loop, sender, clock, {{{{minutes(60)}, 1}}}, recorder);
    running = &scheduler;
    scheduler.submit({delivery_to("late")});
    if (by_error) scheduler.submit({delivery_to("wrong")});
    if (by_error) {
      CHECK_THROWS_WITH(scheduler.drain(), "wrong");
    } else {
      CHECK(scheduler.drain().summary.unfinished == 1);
    }
    CHECK(clock.waits().empty());
  }
}

TEST_CASE("scheduler: an interrupt of the loop abandons waiting deliveries at once") {
  Interrupt interrupt;
  EventLoop loop(interrupt);
  SystemClock clock;
  FakeSender sender([&](const Request&, int) {
    interrupt.trigger();
    return responded(500);
  });
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {{{{minutes(60)}, 1}}, 1}, recorder);
  for (int i = 0; i < 20; ++i) scheduler.submit({delivery_to(std::to_string(i))});
  CHECK(scheduler.drain().summary.unfinished == 20);
}

TEST_CASE("scheduler: an interrupt during a wait leaves the rest unfinished") {
  FakeSender sender([](const Request& request, int) {
    return responded(request.url.target == "/good" ? 200 : 500);
  });
  FakeClock clock;
  clock.hold();
  auto done = std::async(std::launch::async, [&] {
    return run(sender, clock,
               {{delivery_to("good")}, {delivery_to("bad")}, {delivery_to("worse")}});
  });
  clock.await_waits(2);
  clock.interrupt();
  const Recorded recorded = done.get();
  const DeliverySummary& summary = recorded.result.summary;
  CHECK(summary.deliveries == 3);
  CHECK(summary.failed == 0);
  CHECK(summary.delivered + summary.unfinished == 3);
  CHECK(summary.unfinished >= 2);
  CHECK(recorded.result.unfinished.size() == summary.unfinished);
  const auto& unfinished = recorded.result.unfinished;
  for (const char* url : {"http://endpoint.test/bad", "http://endpoint.test/worse"}) {
    CHECK(std::count(unfinished.begin(), unfinished.end(), url) == 1);
  }
}

TEST_CASE("scheduler: an attempt that was interrupted is neither reported nor counted") {
  FakeSender sender([](const Request&, int) { return failed(FailureKind::interrupted); });
  FakeClock clock;
  const Recorded recorded =
      run(sender, clock, {{delivery_to("a"), delivery_to("a")}, {delivery_to("b")}});
  CHECK(recorded.attempts.empty());
  CHECK(counts(recorded.result.summary) ==
        "3 deliveries, 0 delivered, 0 failed, 3 unfinished, 0 attempts");
}
