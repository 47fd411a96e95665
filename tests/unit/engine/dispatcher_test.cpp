#include "engine/dispatcher.h"

#include <atomic>
#include <future>

#include <doctest/doctest.h>

#include "domain/signature.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"
#include "support/gate.h"

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

Recorded run(Transport& transport, Clock& clock, std::vector<Lane> lanes,
             const RetryPolicy& policy = {}) {
  Recorded recorded;
  Dispatcher dispatcher(transport, clock, policy,
                        [&](const Attempt& attempt) { recorded.attempts.push_back(attempt); });
  recorded.result = dispatcher.run(std::move(lanes));
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

TEST_CASE("dispatcher: the table of retries") {
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
    FakeTransport transport([&](const Request&, int number) {
      const int status = row.statuses.at(static_cast<std::size_t>(number - 1));
      return status == 0 ? failed(FailureKind::connection_refused) : answered(status);
    });
    FakeClock clock;
    const Recorded recorded = run(transport, clock, {{delivery_to("a")}}, row.policy);
    std::vector<std::string> lines;
    for (const Attempt& attempt : recorded.attempts) lines.push_back(line(attempt));
    CHECK(lines == row.lines);
    CHECK(counts(recorded.result.summary) == row.counts);
    CHECK(recorded.result.unfinished.empty());
  }
}

TEST_CASE("dispatcher: the waits asked of the clock are those announced") {
  FakeTransport transport([](const Request&, int) { return answered(500); });
  FakeClock clock;
  run(transport, clock, {{delivery_to("a")}}, {{minutes(5), minutes(60)}, 1});
  const auto waits = clock.waits();
  REQUIRE(waits.size() == 2);
  // Counted from the end of the attempt: less only by what the machine took since.
  CHECK(waits[0] <= minutes(5));
  CHECK(waits[0] > minutes(4));
  CHECK(waits[1] <= minutes(60));
  CHECK(waits[1] > minutes(59));
}

TEST_CASE("dispatcher: an attempt says all about itself") {
  FakeTransport transport([](const Request&, int) { return answered(202); });
  FakeClock clock;
  Delivery delivery = delivery_to("a", "d1");
  delivery.webhook_id = "w1";
  delivery.booking_id = "b1";
  const Recorded recorded = run(transport, clock, {{delivery}});
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

TEST_CASE("dispatcher: each attempt is signed with the time at which it begins") {
  FakeTransport transport([](const Request&, int) { return answered(500); });
  FakeClock clock;
  Delivery delivery = delivery_to("a");
  delivery.signing.secret = "whsec_x";
  const Recorded recorded = run(transport, clock, {{delivery}}, {{minutes(5), minutes(60)}, 1});
  REQUIRE(recorded.attempts.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const Request sent = transport.sent()[i];
    CHECK(sent.body == delivery.request.body);
    CHECK(find_header(sent.headers, kSignatureHeader) ==
          sign("whsec_x", unix_seconds(recorded.attempts[i].at), sent.body));
  }
  CHECK(recorded.attempts[1].at > recorded.attempts[0].at + minutes(4));
  CHECK(recorded.attempts[2].at > recorded.attempts[1].at + minutes(59));
}

TEST_CASE("dispatcher: without a secret there is no signature") {
  FakeTransport transport([](const Request&, int) { return answered(200); });
  FakeClock clock;
  run(transport, clock, {{delivery_to("a")}});
  CHECK_FALSE(find_header(transport.sent()[0].headers, kSignatureHeader));
}

TEST_CASE("dispatcher: nothing to do is done at once") {
  FakeTransport transport([](const Request&, int) { return answered(200); });
  FakeClock clock;
  CHECK(counts(run(transport, clock, {}).result.summary) ==
        "0 deliveries, 0 delivered, 0 failed, 0 unfinished, 0 attempts");
  CHECK(counts(run(transport, clock, {{}, {}}).result.summary) ==
        "0 deliveries, 0 delivered, 0 failed, 0 unfinished, 0 attempts");
}

TEST_CASE("dispatcher: duplicates arrive in order, one after the other") {
  std::atomic<int> under_way = 0;
  std::atomic<bool> overlapped = false;
  FakeTransport transport([&](const Request&, int) {
    if (++under_way > 1) overlapped = true;
    std::this_thread::yield();
    --under_way;
    return answered(200);
  });
  FakeClock clock;
  Lane lane;
  for (int i = 0; i < 50; ++i) lane.push_back(delivery_to("a", std::to_string(i)));
  const Recorded recorded = run(transport, clock, {lane});
  REQUIRE(recorded.attempts.size() == 50);
  for (std::size_t i = 0; i < 50; ++i) CHECK(recorded.attempts[i].delivery_id == std::to_string(i));
  CHECK_FALSE(overlapped);
}

TEST_CASE("dispatcher: a duplicate does not wait for the retries of the one before") {
  FakeTransport transport(
      [](const Request&, int number) { return answered(number > 2 ? 200 : 500); });
  FakeClock clock;
  clock.hold();
  auto done = std::async(std::launch::async, [&] {
    return run(transport, clock, {{delivery_to("a", "first"), delivery_to("a", "second")}});
  });
  clock.await_waits(2);  // both have had their first attempt, and wait for their second
  clock.let_go();
  const Recorded recorded = done.get();
  REQUIRE(recorded.attempts.size() == 4);
  CHECK(recorded.attempts[0].delivery_id == "first");
  CHECK(recorded.attempts[1].delivery_id == "second");
  CHECK(recorded.result.summary.delivered == 2);
}

TEST_CASE("dispatcher: 200 lanes run at once, and a slow one delays no other") {
  Gate quick_ones;
  constexpr std::size_t kSlow = 50, kLanes = 200;
  std::atomic<bool> waited_in_vain = false;
  FakeTransport transport([&](const Request& request, int) {
    if (request.url.target.starts_with("/slow")) {
      // Answers after all the quick ones have: with fewer threads than lanes it never could.
      if (!quick_ones.await(kLanes - kSlow)) waited_in_vain = true;
    } else {
      quick_ones.arrive();
    }
    return answered(200);
  });
  FakeClock clock;
  std::vector<Lane> lanes;
  for (std::size_t i = 0; i < kLanes; ++i) {
    lanes.push_back({delivery_to((i < kSlow ? "slow" : "quick") + std::to_string(i))});
  }
  const Recorded recorded = run(transport, clock, lanes);
  CHECK_FALSE(waited_in_vain);
  CHECK(counts(recorded.result.summary) ==
        "200 deliveries, 200 delivered, 0 failed, 0 unfinished, 200 attempts");
}

TEST_CASE("dispatcher: retries are each delivery's own") {
  FakeTransport transport([](const Request& request, int number) {
    return answered(number > request.url.target.back() - '0' ? 200 : 500);
  });
  FakeClock clock;
  std::vector<Lane> lanes;
  for (int failures = 0; failures <= 3; ++failures) {
    lanes.push_back({delivery_to(std::to_string(failures))});
  }
  const Recorded recorded = run(transport, clock, lanes);
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

TEST_CASE("dispatcher: attempts are reported one at a time") {
  FakeTransport transport([](const Request&, int) { return answered(500); });
  FakeClock clock;
  std::vector<Lane> lanes;
  for (int i = 0; i < 100; ++i) lanes.push_back({delivery_to(std::to_string(i))});
  std::atomic<int> inside = 0;
  int reported = 0;  // no atomic: a thread sanitizer would tell of two reports at once
  std::atomic<bool> overlapped = false;
  Dispatcher dispatcher(transport, clock, {}, [&](const Attempt&) {
    if (++inside > 1) overlapped = true;
    ++reported;
    std::this_thread::yield();
    --inside;
  });
  dispatcher.run(lanes);
  CHECK(reported == 300);
  CHECK_FALSE(overlapped);
}

TEST_CASE("dispatcher: more deliveries than threads are all made") {
  FakeTransport transport([](const Request&, int) { return answered(200); });
  FakeClock clock;
  std::vector<Lane> lanes;
  for (int i = 0; i < 3000; ++i) lanes.push_back({delivery_to(std::to_string(i))});
  CHECK(run(transport, clock, lanes).result.summary.delivered == 3000);
}

TEST_CASE("dispatcher: an interrupt during a wait leaves the rest unfinished") {
  FakeTransport transport([](const Request& request, int) {
    return answered(request.url.target == "/good" ? 200 : 500);
  });
  FakeClock clock;
  clock.hold();
  auto done = std::async(std::launch::async, [&] {
    return run(transport, clock,
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
  CHECK(recorded.result.unfinished.back() == "http://endpoint.test/worse");
}

TEST_CASE("dispatcher: an attempt that was interrupted is neither reported nor counted") {
  FakeTransport transport([](const Request&, int) { return failed(FailureKind::interrupted); });
  FakeClock clock;
  const Recorded recorded =
      run(transport, clock, {{delivery_to("a"), delivery_to("a")}, {delivery_to("b")}});
  CHECK(recorded.attempts.empty());
  CHECK(counts(recorded.result.summary) ==
        "3 deliveries, 0 delivered, 0 failed, 3 unfinished, 0 attempts");
}
