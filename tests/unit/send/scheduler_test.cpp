#include "send/scheduler.h"

#include <algorithm>
#include <future>

#include <doctest/doctest.h>

#include "domain/signature.h"
#include "net/condition.h"
#include "net/connect.h"
#include "support/fake_clock.h"
#include "support/fake_sender.h"
#include "support/recorder.h"

using namespace slotflow;
using namespace slotflow::test;
using std::chrono::minutes;

namespace {

Delivery delivery_to(const std::string& path, const std::string& id = "") {
  Delivery delivery;
  delivery.id = id.empty() ? path : id;
  delivery.event = "booking.confirmed";
  delivery.request.url = parse_url("--to", "http://endpoint.test/" + path);
  delivery.request.body = "{\"id\":\"" + delivery.id + "\"}";
  return delivery;
}

struct Recorded {
  DispatchResult result;
  std::vector<Attempt> attempts;
};

Recorded run(FakeSender& sender, Clock& clock, std::vector<Lane> lanes,
             const RetryPolicy& policy = {}) {
  const Interrupt never;
  EventLoop loop(never);
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {policy}, recorder);
  for (Lane& lane : lanes) scheduler.submit(std::move(lane));
  Recorded recorded;
  recorded.result = scheduler.drain();
  recorded.attempts = recorder.attempts;
  return recorded;
}

std::string line(const Attempt& attempt) {
  return std::to_string(attempt.number) + "/" + std::to_string(attempt.max_attempts) + " " +
         std::string(to_string(attempt.outcome)) +
         (attempt.next_attempt_in ? " next in " + to_string(*attempt.next_attempt_in) : "");
}

std::string counts(const DeliverySummary& s) {
  return std::to_string(s.deliveries) + " deliveries, " + std::to_string(s.delivered) +
         " delivered, " + std::to_string(s.failed) + " failed, " + std::to_string(s.unfinished) +
         " unfinished, " + std::to_string(s.attempts) + " attempts";
}

}  // namespace

TEST_CASE("scheduler: the table of retries") {
  struct Row {
    std::vector<int> statuses;  // 0: refused
    RetryPolicy policy;
    std::vector<std::string> lines;
    std::string counts;
  };
  const RetryPolicy real{{minutes(5), minutes(60)}, 1};
  const RetryPolicy fast{{minutes(5), minutes(60)}, 300};
  const Row rows[] = {
      {{200},
       real,
       {"1/3 delivered"},
       "1 deliveries, 1 delivered, 0 failed, 0 unfinished, 1 attempts"},
      {{299},
       real,
       {"1/3 delivered"},
       "1 deliveries, 1 delivered, 0 failed, 0 unfinished, 1 attempts"},
      {{500, 204},
       real,
       {"1/3 retrying next in 5m", "2/3 delivered"},
       "1 deliveries, 1 delivered, 0 failed, 0 unfinished, 2 attempts"},
      {{0, 301, 200},
       fast,
       {"1/3 retrying next in 1s", "2/3 retrying next in 12s", "3/3 delivered"},
       "1 deliveries, 1 delivered, 0 failed, 0 unfinished, 3 attempts"},
      {{404, 0, 500},
       real,
       {"1/3 retrying next in 5m", "2/3 retrying next in 1h", "3/3 failed"},
       "1 deliveries, 0 delivered, 1 failed, 0 unfinished, 3 attempts"},
      {{500},
       {{}, 300},
       {"1/1 failed"},
       "1 deliveries, 0 delivered, 1 failed, 0 unfinished, 1 attempts"},
  };
  for (const Row& row : rows) {
    FakeSender sender([&](const Request&, int number) {
      const int status = row.statuses.at(static_cast<std::size_t>(number - 1));
      return status == 0 ? failed(FailureKind::connection_refused) : answered(status);
    });
    FakeClock clock;
    const Recorded recorded = run(sender, clock, {{delivery_to("a")}}, row.policy);
    std::vector<std::string> lines;
    for (const Attempt& attempt : recorded.attempts) lines.push_back(line(attempt));
    CHECK(lines == row.lines);
    CHECK(counts(recorded.result.summary) == row.counts);
    CHECK(recorded.result.unfinished.empty());
  }
}

TEST_CASE("scheduler: the waits asked of the clock count from the end of the attempt") {
  FakeClock clock;
  FakeSender sender([&](const Request&, int) {
    clock.advance(std::chrono::seconds(9));  // the attempt takes its time
    return answered(500);
  });
  const Recorded recorded =
      run(sender, clock, {{delivery_to("a")}}, {{minutes(5), minutes(60)}, 1});
  CHECK(clock.waits() == std::vector<Duration>{minutes(5), minutes(60)});
  REQUIRE(recorded.attempts.size() == 3);
  CHECK(recorded.attempts[1].at - recorded.attempts[0].at == minutes(5) + std::chrono::seconds(9));
}

TEST_CASE("scheduler: an attempt says all about itself") {
  FakeSender sender([](const Request&, int) { return answered(202); });
  FakeClock clock;
  Delivery delivery = delivery_to("a", "d1");
  delivery.webhook_id = "w1";
  delivery.booking_id = "b1";
  const Recorded recorded = run(sender, clock, {{delivery}});
  REQUIRE(recorded.attempts.size() == 1);
  const Attempt& attempt = recorded.attempts[0];
  CHECK(attempt.delivery_id == "d1");
  CHECK(attempt.webhook_id == "w1");
  CHECK(attempt.url == "http://endpoint.test/a");
  CHECK(attempt.event == "booking.confirmed");
  CHECK(attempt.booking_id == "b1");
  CHECK(attempt.at == FakeClock().now());
  CHECK(attempt.reply.response()->status == 202);
}

TEST_CASE("scheduler: each attempt is signed with the time at which it begins") {
  FakeSender sender([](const Request&, int) { return answered(500); });
  FakeClock clock;
  Delivery delivery = delivery_to("a");
  delivery.signing.secret = "whsec_x";
  const Recorded recorded = run(sender, clock, {{delivery}}, {{minutes(5), minutes(60)}, 1});
  REQUIRE(recorded.attempts.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const Request sent = sender.sent()[i];
    CHECK(sent.body == delivery.request.body);
    CHECK(find_header(sent.headers, kSignatureHeader) ==
          sign("whsec_x", unix_seconds(recorded.attempts[i].at), sent.body));
  }
  CHECK(recorded.attempts[1].at > recorded.attempts[0].at + minutes(4));
  CHECK(recorded.attempts[2].at > recorded.attempts[1].at + minutes(59));
}

TEST_CASE("scheduler: without a secret there is no signature") {
  FakeSender sender([](const Request&, int) { return answered(200); });
  FakeClock clock;
  run(sender, clock, {{delivery_to("a")}});
  CHECK_FALSE(find_header(sender.sent()[0].headers, kSignatureHeader));
}

TEST_CASE("scheduler: nothing to do is done at once") {
  FakeSender sender([](const Request&, int) { return answered(200); });
  FakeClock clock;
  CHECK(counts(run(sender, clock, {}).result.summary) ==
        "0 deliveries, 0 delivered, 0 failed, 0 unfinished, 0 attempts");
  CHECK(counts(run(sender, clock, {{}, {}}).result.summary) ==
        "0 deliveries, 0 delivered, 0 failed, 0 unfinished, 0 attempts");
}

TEST_CASE("scheduler: duplicates arrive in order, one after the other") {
  const Interrupt never;
  EventLoop loop(never);
  int under_way = 0;
  bool overlapped = false;
  FakeSender sender(
      [&](const Request&, int) {
        --under_way;
        return answered(200);
      },
      [&](const Request&) -> asio::awaitable<void> {
        overlapped |= ++under_way > 1;
        Deadline pause(loop);
        co_await pause.wait(Duration(1));
      });
  FakeClock clock;
  Lane lane;
  for (int i = 0; i < 50; ++i) lane.push_back(delivery_to("a", std::to_string(i)));
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {}, recorder);
  scheduler.submit(std::move(lane));
  scheduler.drain();
  REQUIRE(recorder.attempts.size() == 50);
  for (std::size_t i = 0; i < 50; ++i) CHECK(recorder.attempts[i].delivery_id == std::to_string(i));
  CHECK_FALSE(overlapped);
}

TEST_CASE("scheduler: a duplicate does not wait for the retries of the one before") {
  FakeSender sender([](const Request&, int number) { return answered(number > 2 ? 200 : 500); });
  FakeClock clock;
  clock.hold();
  auto done = std::async(std::launch::async, [&] {
    return run(sender, clock, {{delivery_to("a", "first"), delivery_to("a", "second")}});
  });
  clock.await_waits(2);  // both have had their first attempt, and wait for their second
  clock.let_go();
  const Recorded recorded = done.get();
  REQUIRE(recorded.attempts.size() == 4);
  CHECK(recorded.attempts[0].delivery_id == "first");
  CHECK(recorded.attempts[1].delivery_id == "second");
  CHECK(recorded.result.summary.delivered == 2);
}

TEST_CASE("scheduler: 200 lanes run at once, and a slow one delays no other") {
  constexpr std::size_t kSlow = 50, kLanes = 200;
  const Interrupt never;
  EventLoop loop(never);
  Condition quick_one(loop.context());
  std::size_t quick_ones = 0;
  FakeSender sender([](const Request&, int) { return answered(200); },
                    [&](const Request& request) -> asio::awaitable<void> {
                      if (request.url.target.starts_with("/quick")) {
                        ++quick_ones;
                        quick_one.notify();
                        co_return;
                      }
                      // Had the quick ones to wait for it, this would never end.
                      while (quick_ones < kLanes - kSlow) co_await quick_one.wait();
                    });
  FakeClock clock;
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {}, recorder);
  for (std::size_t i = 0; i < kLanes; ++i) {
    scheduler.submit({delivery_to((i < kSlow ? "slow" : "quick") + std::to_string(i))});
  }
  CHECK(counts(scheduler.drain().summary) ==
        "200 deliveries, 200 delivered, 0 failed, 0 unfinished, 200 attempts");
}

TEST_CASE("scheduler: retries are each delivery's own") {
  FakeSender sender([](const Request& request, int number) {
    return answered(number > request.url.target.back() - '0' ? 200 : 500);
  });
  FakeClock clock;
  std::vector<Lane> lanes;
  for (int failures = 0; failures <= 3; ++failures) {
    lanes.push_back({delivery_to(std::to_string(failures))});
  }
  const Recorded recorded = run(sender, clock, lanes);
  CHECK(counts(recorded.result.summary) ==
        "4 deliveries, 3 delivered, 1 failed, 0 unfinished, 9 attempts");
  for (int failures = 0; failures <= 3; ++failures) {
    std::vector<int> numbers;
    for (const Attempt& attempt : recorded.attempts) {
      if (attempt.delivery_id == std::to_string(failures)) numbers.push_back(attempt.number);
    }
    std::vector<int> expected;
    for (int n = 1; n <= std::min(failures + 1, 3); ++n) expected.push_back(n);
    CHECK(numbers == expected);
  }
}

TEST_CASE("scheduler: no more attempts at once than allowed, and all are made") {
  const Interrupt never;
  EventLoop loop(never);
  int under_way = 0, most = 0;
  FakeSender sender(
      [&](const Request&, int) {
        --under_way;
        return answered(200);
      },
      [&](const Request&) -> asio::awaitable<void> {
        most = std::max(most, ++under_way);
        Deadline pause(loop);
        co_await pause.wait(Duration(1));
      });
  FakeClock clock;
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {{}, 7}, recorder);
  for (int i = 0; i < 300; ++i) scheduler.submit({delivery_to(std::to_string(i))});
  CHECK(scheduler.drain().summary.delivered == 300);
  CHECK(most == 7);
}

TEST_CASE("scheduler: what the machine lacks is waited for, and is no failure of an endpoint") {
  const Interrupt never;
  EventLoop loop(never);
  int under_way = 0;
  FakeSender sender(
      [&](const Request&, int) {
        --under_way;
        return answered(200);
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

TEST_CASE("scheduler: where not one connection can be had, that is an error, not a failure") {
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

TEST_CASE("scheduler: what its observer is told, in order") {
  const Interrupt never;
  EventLoop loop(never);
  FakeSender sender([](const Request&, int number) { return answered(number == 1 ? 500 : 200); });
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
    return answered(200);
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

TEST_CASE("scheduler: stop() gives up what waits, and ends at once") {
  const Interrupt never;
  EventLoop loop(never);
  SystemClock clock(never);
  Scheduler* running = nullptr;
  FakeSender sender([&](const Request& request, int) {
    if (request.url.target == "/last") running->stop();
    return answered(500);
  });
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {{{minutes(60)}, 1}}, recorder);
  running = &scheduler;
  scheduler.submit({delivery_to("waits")});
  scheduler.submit({delivery_to("last"), delivery_to("never")});
  const DispatchResult result = scheduler.drain();
  CHECK(result.summary.unfinished == 3);
  CHECK(result.unfinished.size() == 3);
}

TEST_CASE("scheduler: an interrupt of the loop gives up what waits, and ends at once") {
  Interrupt interrupt;
  EventLoop loop(interrupt);
  SystemClock clock(interrupt);
  FakeSender sender([&](const Request&, int) {
    interrupt.trigger();
    return answered(500);
  });
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, {{{minutes(60)}, 1}, 1}, recorder);
  for (int i = 0; i < 20; ++i) scheduler.submit({delivery_to(std::to_string(i))});
  CHECK(scheduler.drain().summary.unfinished == 20);
}

TEST_CASE("scheduler: an interrupt during a wait leaves the rest unfinished") {
  FakeSender sender([](const Request& request, int) {
    return answered(request.url.target == "/good" ? 200 : 500);
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
