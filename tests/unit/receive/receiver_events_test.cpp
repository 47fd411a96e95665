// Duplicates, expectations and the end.
#include <thread>

#include <doctest/doctest.h>
#include <poll.h>

#include "support/live_receiver.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

std::vector<bool> duplicates(const std::vector<ReceivedRequest>& requests) {
  std::vector<bool> marks;
  for (const auto& request : requests) marks.push_back(request.duplicate_of_age.has_value());
  return marks;
}

// Until the receiver says that it is finished; false after a minute.
bool await_finished(LiveReceiver& live) {
  pollfd fd{live.receiver().finished().fd(), POLLIN, 0};
  return ::poll(&fd, 1, 60'000) == 1;
}

}  // namespace

TEST_CASE("receiver: an event that was accepted before is a duplicate") {
  LiveReceiver live;
  live.request(post(booking_event("b1")));
  live.clock().advance(std::chrono::seconds(90));
  live.request(post(booking_event("b1")));
  live.request(post(booking_event("b1", "booking.cancelled")));
  live.request(post(booking_event("b2")));
  live.request(post(" " + booking_event("b1")));  // the event counts, not the bytes
  const auto& reported = live.stop();
  CHECK(duplicates(reported) == std::vector<bool>{false, true, false, false, true});
  CHECK(reported[1].duplicate_of_age == std::chrono::seconds(90));
  CHECK(line(live.summary()) == "5 requests, 5 accepted, 0 failed, 2 duplicates, 0 bad signatures");
}

TEST_CASE("receiver: a retry of a rejected event is not a duplicate") {
  ReceiverOptions options;
  options.plan.fail_first = 2;
  LiveReceiver live(options);
  for (int i = 0; i < 4; ++i) live.request(post(booking_event("b1")));
  CHECK(duplicates(live.stop()) == std::vector<bool>{false, false, false, true});
}

TEST_CASE("receiver: events without a booking are distinguished by their bytes") {
  LiveReceiver live;
  for (const char* body : {"a", "b", "a"}) live.request(post(body));
  CHECK(duplicates(live.stop()) == std::vector<bool>{false, false, true});
}

TEST_CASE("receiver: where the event's name ends and the booking's id begins counts") {
  LiveReceiver live;
  live.request(post(booking_event("c", "a b")));
  live.request(post(booking_event("b c", "a")));
  CHECK(duplicates(live.stop()) == std::vector<bool>{false, false});
}

TEST_CASE("receiver: setting the time of day changes neither Retry-After nor ages") {
  ReceiverOptions options;
  options.plan.retry_after = std::chrono::seconds(2);
  LiveReceiver live(options);
  const Timestamp start = live.clock().now();
  CHECK(live.request(post(booking_event("b1"))).has("Retry-After: 2"));
  live.clock().set_wall(start - std::chrono::hours(1));
  CHECK(live.request(post(booking_event("b1"))).has("Retry-After: 2"));
  live.clock().advance(std::chrono::seconds(2));
  CHECK(live.request(post(booking_event("b1"))).status == 200);
  live.clock().set_wall(start - std::chrono::hours(2));
  CHECK(live.request(post(booking_event("b1"))).status == 200);
  CHECK(live.stop()[3].duplicate_of_age == std::chrono::seconds(2));
}

TEST_CASE("receiver: a client that waits as long as Retry-After says is not refused again") {
  ReceiverOptions options;
  options.plan.retry_after = Duration(1'500);
  LiveReceiver live(options);
  CHECK(live.request(post(booking_event("b1"))).has("Retry-After: 2"));
  live.clock().advance(Duration(499));
  CHECK(live.request(post(booking_event("b1"))).has("Retry-After: 2"));
  live.clock().advance(Duration(1));
  CHECK(live.request(post(booking_event("b1"))).has("Retry-After: 1"));
  live.clock().advance(Duration(999));
  CHECK(live.request(post(booking_event("b1"))).has("Retry-After: 1"));
  live.clock().advance(Duration(1));
  CHECK(live.request(post(booking_event("b1"))).status == 200);
}

TEST_CASE("receiver: expects distinct events that were accepted") {
  ReceiverOptions options;
  options.expect = 2;
  options.plan.fail_first = 1;
  LiveReceiver live(options);
  live.request(post(booking_event("b1")));  // refused
  live.request(post(booking_event("b1")));
  live.request(post(booking_event("b1")));  // a duplicate
  CHECK_FALSE(live.receiver().finished().triggered());
  CHECK_FALSE(live.expectation_met());
  live.request(post(booking_event("b2")));
  CHECK(await_finished(live));
  CHECK(live.expectation_met());
  CHECK(live.distinct_accepted() == 2);
}

TEST_CASE("receiver: nothing expected is met at once, and never finished") {
  LiveReceiver live;
  live.request(post("{}"));
  live.stop();
  CHECK(live.expectation_met());
  CHECK_FALSE(live.receiver().finished().triggered());
}

TEST_CASE("receiver: counts requests of every kind") {
  ReceiverOptions options;
  options.count = 3;
  LiveReceiver live(options);
  live.request(post("{}"));
  live.request("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  live.request("nonsense\r\n\r\n");
  CHECK(await_finished(live));
  CHECK(live.summary().requests == 3);
}

TEST_CASE("receiver: an event whose response could not be written is not accepted") {
  ReceiverOptions options;
  options.expect = 1;
  options.plan.delay = DurationRange{std::chrono::hours(1), std::chrono::hours(1)};
  LiveReceiver live(options);
  RawClient client(live.port());
  client.send(post(booking_event("b1")));
  RawClient other(live.port());
  other.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(other.response().status == 405);
  live.stop();
  CHECK_FALSE(live.expectation_met());
  CHECK(live.summary().accepted == 0);
}

TEST_CASE("receiver: half a request is one line, malformed, and disturbs nobody") {
  LiveReceiver live;
  RawClient half(live.port());
  half.send("POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  half.leave();
  CHECK(live.request(post(booking_event("b1"))).status == 200);
  const std::string closed = "the client closed the connection before the request was complete";
  while (live.summary().requests < 2) std::this_thread::yield();
  int malformed = 0;
  for (const ReceivedRequest& request : live.stop()) {
    if (!request.malformed) continue;
    ++malformed;
    CHECK(request.malformed == closed);
    CHECK(request.path == "/half");
    CHECK_FALSE(request.status);
  }
  CHECK(malformed == 1);
  CHECK(line(live.summary()) == "2 requests, 1 accepted, 1 failed, 0 duplicates, 0 bad signatures");
}

TEST_CASE("receiver: many clients at once are all counted") {
  LiveReceiver live;
  std::vector<std::thread> threads;
  for (int i = 0; i < 20; ++i) {
    threads.emplace_back([&, i] {
      RawClient client(live.port());
      for (int k = 0; k < 10; ++k) {
        client.send(post(booking_event(std::to_string(i * 5 + k % 5))));
        client.response();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  live.stop();
  CHECK(live.distinct_accepted() == 100);
  CHECK(line(live.summary()) ==
        "200 requests, 200 accepted, 0 failed, 100 duplicates, 0 bad signatures");
}
