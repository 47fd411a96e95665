#include "send/background_deliveries.h"

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "domain/error.h"
#include "support/gate.h"
#include "support/raw_endpoint.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

constexpr int kHeld = 0;  // 200, once so many are released

// Deliveries to an endpoint that answers with the statuses in turn, then with 200.
struct Background : DeliveryObserver {
  explicit Background(std::vector<int> answers) : statuses(std::move(answers)) {
    clock.freeze(true);
    clock.set(parse_iso8601("2026-03-10T14:05:00Z").value());
  }

  void attempted(const Attempt& attempt) override {
    const std::lock_guard lock(mutex);
    lines.push_back(attempt.delivery_id + " " + std::to_string(attempt.number) + " " +
                    to_iso8601(attempt.at).substr(11, 5) + " " +
                    std::string(to_string(attempt.outcome)));
    made.arrive();
  }
  bool is_wanted(const Delivery& delivery) const override {
    return !(drops_a1 && delivery.id == "a1");
  }

  void serve(RawConnection& connection) {
    connection.read_request();
    int status = 200;
    std::size_t number = 0;  // of those in `statuses`
    {
      const std::lock_guard lock(mutex);
      if (next < statuses.size()) {
        status = statuses[next++];
        number = next;
      }
    }
    asked.arrive();
    if (status == kHeld) {
      released.await(number);
      status = 200;
    }
    connection.send("HTTP/1.1 " + std::to_string(status) +
                    " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }

  Delivery delivery(const std::string& id, const std::string& booking) const {
    Delivery delivery;
    delivery.id = id;
    delivery.webhook_id = "hook";
    delivery.booking_id = booking;
    delivery.request.url = parse_url("url", endpoint.url());
    auto terms = std::make_shared<DeliveryTerms>();
    terms->retry.speed = 1;
    delivery.terms = terms;
    return delivery;
  }

  std::string shown() {
    const std::lock_guard lock(mutex);
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
  }

  std::mutex mutex;
  std::vector<int> statuses;  // guarded by mutex, as are the next two
  std::size_t next = 0;
  std::vector<std::string> lines;
  Gate made;
  Gate asked;
  Gate released;
  std::atomic<bool> drops_a1{false};
  std::vector<std::string> ended;
  EmulatedClock clock;
  RawEndpoint endpoint{[this](RawConnection& connection) { serve(connection); }};
  BackgroundDeliveries deliveries{clock,
                                  {},
                                  *this,
                                  {[this](const std::vector<std::string>& ids) {
                                     ended.insert(ended.end(), ids.begin(), ids.end());
                                   },
                                   {}}};
};

void advance(Background& background, std::chrono::minutes time) {
  background.deliveries.change_clock([time](Timestamp now) { return now + time; });
}

}  // namespace

TEST_CASE("background_deliveries: each attempt has its time, and a booking's events their order") {
  Background background({500, 200, 500, 500});
  background.deliveries.submit({background.delivery("a1", "a")});
  REQUIRE(background.made.await(1));
  background.deliveries.submit({background.delivery("a2", "a"), background.delivery("b1", "b")});
  REQUIRE(background.made.await(2));
  CHECK(background.shown() == "a1 1 14:05 retrying\nb1 1 14:05 delivered\n");
  advance(background, std::chrono::minutes(4));
  CHECK(background.lines.size() == 2);
  advance(background, std::chrono::minutes(2));
  CHECK(background.lines.back() == "a1 2 14:10 retrying");
  advance(background, std::chrono::minutes(59));
  CHECK(background.lines.size() == 5);
  CHECK(background.lines[3] == "a1 3 15:10 failed");
  CHECK(background.lines[4] == "a2 1 15:10 delivered");
  CHECK(background.clock.now() == parse_iso8601("2026-03-10T15:10:00Z"));
  CHECK(background.deliveries.stop() == 0);
}

TEST_CASE("background_deliveries: a change of the clock waits for what was submitted before") {
  Background background({kHeld, kHeld});
  background.deliveries.submit({background.delivery("a1", "a"), background.delivery("a2", "a")});
  REQUIRE(background.asked.await(1));
  Gate begun;
  std::thread change([&] {
    background.deliveries.change_clock([&](Timestamp now) {
      begun.arrive();
      return now + std::chrono::minutes(1);
    });
  });
  const bool has_begun = begun.await(1);
  background.deliveries.submit({background.delivery("b1", "b")});
  const bool is_asked = background.asked.await(2);
  background.released.arrive();
  change.join();  // b1 is still running
  CHECK(has_begun);
  CHECK(is_asked);
  CHECK(background.shown() == "a1 1 14:05 delivered\na2 1 14:05 delivered\n");
  background.released.arrive();
  REQUIRE(background.made.await(3));
  CHECK(background.deliveries.stop() == 0);
}

TEST_CASE("background_deliveries: what is not wanted any more ends") {
  Background background({500});
  background.deliveries.submit({background.delivery("a1", "a"), background.delivery("a2", "a"),
                                background.delivery("a3", "a")});
  REQUIRE(background.made.await(1));
  SUBCASE("when its retry is due") {
    advance(background, std::chrono::minutes(0));  // then it waits
    background.drops_a1 = true;
    advance(background, std::chrono::minutes(5));
    background.deliveries.stop();
    CHECK(background.ended == std::vector<std::string>{"a1"});
    CHECK(background.shown() ==
          "a1 1 14:05 retrying\na2 1 14:10 delivered\na3 1 14:10 delivered\n");
  }
  SUBCASE("at once") {
    background.deliveries.end_all();
    CHECK(background.deliveries.stop() == 0);
    CHECK(background.ended.size() == 3);
    CHECK(background.shown() == "a1 1 14:05 retrying\n");
  }
}

TEST_CASE("background_deliveries: after the end, a change of the clock does not wait") {
  Background background({});
  background.deliveries.stop();
  CHECK_THROWS_AS(advance(background, std::chrono::minutes(5)), Error);
  CHECK_THROWS_AS(background.deliveries.end_all(), Error);
  background.deliveries.submit({background.delivery("a1", "a")});
  CHECK(background.lines.empty());
}
