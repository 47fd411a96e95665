#include "send/scheduler.h"

#include <chrono>
#include <future>
#include <string>
#include <vector>

#include <asio/post.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include "domain/signature.h"
#include "net/condition.h"
#include "support/scheduling.h"

using namespace slotflow;
using namespace slotflow::test;
using std::chrono::minutes;

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
      return status == 0 ? failed(FailureKind::connection_refused) : responded(status);
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

TEST_CASE("scheduler: an attempt has its own signed request, if that is wanted") {
  for (const bool wanted : {false, true}) {
    CAPTURE(wanted);
    std::vector<std::string> signatures;
    FakeSender sender([&](const Request& request, int /*number*/) {
      signatures.emplace_back(find_header(request.headers, kSignatureHeader).value());
      return failed(FailureKind::connection_refused);
    });
    FakeClock clock;
    SchedulerOptions options;
    options.keeps_requests = wanted;
    Delivery delivery = delivery_to("a");
    delivery.signing.secret = "whsec_k8J2mN4pQ7rS9tU1vW3xY5zA6bC8dE0f";
    const Recorded recorded = run(sender, clock, {{delivery}}, std::move(options));
    REQUIRE(recorded.attempts.size() == 3);
    CHECK(signatures[0] != signatures[1]);
    for (std::size_t i = 0; i < 3; ++i) {
      const auto& request = recorded.attempts[i].request;
      REQUIRE(request.has_value() == wanted);
      if (!wanted) continue;
      CHECK(request->head.find(std::string(kSignatureHeader) + ": " + signatures[i] + "\r\n") !=
            std::string::npos);
      CHECK(request->body == delivery.request.body.str());
      CHECK(request->size == request->head.size() + request->body.size());
      CHECK(request->head.find("k8J2mN4pQ7rS9tU1vW3xY5zA6bC8dE0f") == std::string::npos);
    }
  }
}

TEST_CASE("scheduler: an expected status ends a delivery, and an error is not a status") {
  struct Row {
    std::string expected;
    std::vector<int> statuses;  // 0: refused
    std::vector<std::string> lines;
    std::string counts;
    std::size_t expected_count;
  };
  const Row rows[] = {
      {"401",
       {401},
       {"1/3 expected"},
       "1 deliveries, 0 delivered, 0 failed, 0 unfinished, 1 attempts",
       1},
      {"4xx,200",
       {500, 200},
       {"1/3 retrying next in 1s", "2/3 expected"},
       "1 deliveries, 0 delivered, 0 failed, 0 unfinished, 2 attempts",
       1},
      {"401",
       {200},
       {"1/3 delivered"},
       "1 deliveries, 1 delivered, 0 failed, 0 unfinished, 1 attempts",
       0},
      {"2xx,3xx,4xx,5xx",
       {0, 0, 0},
       {"1/3 retrying next in 1s", "2/3 retrying next in 12s", "3/3 failed"},
       "1 deliveries, 0 delivered, 1 failed, 0 unfinished, 3 attempts",
       0},
  };
  for (const Row& row : rows) {
    FakeSender sender([&](const Request&, int number) {
      const int status = row.statuses.at(static_cast<std::size_t>(number - 1));
      return status == 0 ? failed(FailureKind::connection_refused) : responded(status);
    });
    FakeClock clock;
    SchedulerOptions options;
    options.terms.expected_statuses.add("--expect-status", row.expected);
    const Recorded recorded = run(sender, clock, {{delivery_to("a")}}, std::move(options));
    std::vector<std::string> lines;
    for (const Attempt& attempt : recorded.attempts) lines.push_back(line(attempt));
    CHECK(lines == row.lines);
    CHECK(counts(recorded.result.summary) == row.counts);
    CHECK(recorded.result.summary.expected == row.expected_count);
  }
}

TEST_CASE("scheduler: a delivery after the previous ones waits for their retries") {
  // Each attempt at "a" takes many turns of the loop, and the others take none.
  const auto take_turns = [](const Request& request) -> asio::awaitable<void> {
    if (request.url.target != "/a") co_return;
    for (int i = 0; i < 100; ++i) {
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
  };
  for (const bool waits : {false, true}) {
    FakeSender sender(
        [](const Request& request, int number) {
          return responded(request.url.target != "/last" && number < 3 ? 500 : 200);
        },
        take_turns);
    FakeClock clock;
    Lane lane{delivery_to("a"), delivery_to("b"), delivery_to("last")};
    lane.back().after_previous = waits;
    const Recorded recorded = run(sender, clock, {lane});
    REQUIRE(recorded.attempts.size() == 7);
    CHECK(recorded.result.summary.delivered == 3);
    CHECK((recorded.attempts.back().delivery_id == "last") == waits);
  }
}

TEST_CASE("scheduler: the waits asked of the clock count from the end of the attempt") {
  FakeClock clock;
  FakeSender sender([&](const Request&, int) {
    clock.advance(std::chrono::seconds(9));  // the attempt takes its time
    return responded(500);
  });
  const Recorded recorded =
      run(sender, clock, {{delivery_to("a")}}, {{minutes(5), minutes(60)}, 1});
  CHECK(clock.waits() == std::vector<Duration>{minutes(5), minutes(60)});
  REQUIRE(recorded.attempts.size() == 3);
  CHECK(recorded.attempts[1].at - recorded.attempts[0].at == minutes(5) + std::chrono::seconds(9));
}

TEST_CASE("scheduler: an attempt says all about itself") {
  FakeSender sender([](const Request&, int) { return responded(202); });
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
  FakeSender sender([](const Request&, int) { return responded(500); });
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
  FakeSender sender([](const Request&, int) { return responded(200); });
  FakeClock clock;
  run(sender, clock, {{delivery_to("a")}});
  CHECK_FALSE(find_header(sender.sent()[0].headers, kSignatureHeader));
}

TEST_CASE("scheduler: nothing to do is done at once") {
  FakeSender sender([](const Request&, int) { return responded(200); });
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
        return responded(200);
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
  FakeSender sender([](const Request&, int number) { return responded(number > 2 ? 200 : 500); });
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
  FakeSender sender([](const Request&, int) { return responded(200); },
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
    return responded(number > request.url.target.back() - '0' ? 200 : 500);
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

namespace {

// Has not recorded a delivery's attempts until it was asked a few times.
struct SlowRecorder : Recorder {
  bool is_recorded(const Delivery& delivery) const override {
    asked.push_back(delivery.id + " after " + std::to_string(attempts.size()));
    return asked.size() % 3 == 0;
  }
  mutable std::vector<std::string> asked;
};

}  // namespace

TEST_CASE("scheduler: a retry waits until the attempts before it are recorded, the first never") {
  FakeSender sender([](const Request&, int number) { return responded(number < 3 ? 500 : 200); });
  FakeClock clock;
  const Interrupt never;
  EventLoop loop(never);
  SlowRecorder recorder;
  Scheduler scheduler(loop, sender, clock, {}, recorder);
  scheduler.submit({delivery_to("a")});
  CHECK(counts(scheduler.drain().summary) ==
        "1 deliveries, 1 delivered, 0 failed, 0 unfinished, 3 attempts");
  CHECK(recorder.asked == std::vector<std::string>{"a after 1", "a after 1", "a after 1",
                                                   "a after 2", "a after 2", "a after 2"});
}

TEST_CASE("scheduler: a retry that waits for its record is abandoned by stop()") {
  FakeSender sender([](const Request&, int) { return responded(500); });
  FakeClock clock;
  const Interrupt never;
  EventLoop loop(never);
  struct : Recorder {
    bool is_recorded(const Delivery&) const override {
      scheduler->stop();
      return false;
    }
    Scheduler* scheduler = nullptr;
  } recorder;
  Scheduler scheduler(loop, sender, clock, {}, recorder);
  recorder.scheduler = &scheduler;
  scheduler.submit({delivery_to("a")});
  CHECK(counts(scheduler.drain().summary) ==
        "1 deliveries, 0 delivered, 0 failed, 1 unfinished, 1 attempts");
}
