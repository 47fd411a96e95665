#include "receive/tally.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

const Tally::Time kStart{std::chrono::hours(1)};

ReceivedRequest delivery(const std::string& booking) {
  ReceivedRequest request;
  request.event = "booking.confirmed";
  request.booking_id = booking;
  return request;
}

EventKey key(const std::string& booking) {
  return event_key(delivery(booking));
}

Ending accepted(const std::string& booking) {
  Ending ending;
  ending.accepted = true;
  ending.shown_status = 200;
  ending.event = key(booking);
  return ending;
}

}  // namespace

TEST_CASE("tally: numbers requests from 1") {
  Tally tally({});
  CHECK(tally.arrived() == 1);
  CHECK(tally.arrived() == 2);
}

TEST_CASE("tally: an event that was accepted before is a duplicate, with its age") {
  Tally tally({});
  CHECK_FALSE(tally.seen(key("a"), true, kStart));
  CHECK_FALSE(tally.seen(key("b"), true, kStart));
  CHECK(tally.seen(key("a"), true, kStart + std::chrono::seconds(90)) == std::chrono::seconds(90));
}

TEST_CASE("tally: an event that was or is rejected is not a duplicate") {
  Tally tally({});
  CHECK_FALSE(tally.seen(key("a"), false, kStart));
  CHECK_FALSE(tally.seen(key("a"), true, kStart + Duration(1)));
  CHECK_FALSE(tally.seen(key("a"), false, kStart + Duration(2)));
  CHECK(tally.seen(key("a"), true, kStart + Duration(3)) == Duration(3));  // since the first of all
}

TEST_CASE("tally: an earlier time does not give a negative age") {
  Tally tally({});
  tally.seen(key("a"), true, kStart);
  CHECK(tally.seen(key("a"), true, kStart - Duration(5)) == Duration(0));
}

TEST_CASE("tally: remembers 100,000 events and forgets the oldest") {
  Tally tally({});
  for (int i = 0; i <= 100'000; ++i) tally.seen(key(std::to_string(i)), true, kStart);
  CHECK(tally.seen(key("100000"), true, kStart));
  CHECK(tally.seen(key("1"), true, kStart));
  CHECK_FALSE(tally.seen(key("0"), true, kStart));
}

TEST_CASE("tally: the end of a forgotten event makes it known to nobody") {
  Tally tally({});
  for (int i = 0; i <= 100'000; ++i) tally.seen(key(std::to_string(i)), true, kStart);
  Ending withdrawn;
  withdrawn.event = key("0");
  withdrawn.withdrawn = true;
  tally.ended(withdrawn);
  tally.ended(accepted("0"));
  CHECK(tally.summary().distinct == 1);
  CHECK(tally.seen(key("1"), true, kStart));  // it has kept its place
}

TEST_CASE("tally: an acceptance that never arrived makes no duplicate of the retry") {
  Tally tally({});
  Ending withdrawn;
  withdrawn.event = key("a");
  withdrawn.withdrawn = true;
  CHECK_FALSE(tally.seen(key("a"), true, kStart));
  CHECK(tally.seen(key("a"), true, kStart + Duration(1)));  // while the first one still runs
  tally.ended(withdrawn);
  tally.ended(withdrawn);
  CHECK_FALSE(tally.seen(key("a"), true, kStart + Duration(2)));
  CHECK(tally.seen(key("a"), true, kStart + Duration(3)) == Duration(3));
  tally.ended(withdrawn);
  CHECK(tally.seen(key("a"), true, kStart + Duration(4)));  // of the one that arrived
  tally.seen(key("b"), true, kStart);
  tally.ended(accepted("b"));
  withdrawn.event = key("b");
  tally.ended(withdrawn);
  CHECK_FALSE(tally.seen(key("b"), true, kStart));
}

TEST_CASE("tally: under retry_after the refusal ends so long after the first of all") {
  TallyOptions options;
  options.plan.retry_after = std::chrono::seconds(2);
  Tally tally(options);
  const auto left_after = [&](Duration d) {
    return tally.decide_delivery(delivery("a"), kStart + d).retry_after;
  };
  CHECK(left_after(Duration(0)) == Duration(2'000));
  CHECK(left_after(Duration(500)) == Duration(1'500));
  CHECK(left_after(Duration(-1)) == Duration(2'000));  // told late
  CHECK(left_after(Duration(1'999)) == Duration(1));
  CHECK_FALSE(left_after(Duration(2'000)));
}

TEST_CASE("tally: a script is walked by all together, or by each booking") {
  TallyOptions options;
  options.plan.script = parse_script("--script", "500,404,200");
  const std::vector<std::string> bookings{"a", "b", "a", "b", "a"};
  const auto statuses = [&] {
    Tally tally(options);
    std::vector<int> result;
    for (const std::string& booking : bookings) {
      result.push_back(tally.decide_delivery(delivery(booking), kStart).status);
    }
    return result;
  };
  CHECK(statuses() == std::vector<int>{500, 404, 200, 200, 200});
  options.script_per_booking = true;
  CHECK(statuses() == std::vector<int>{500, 500, 404, 404, 200});
}

TEST_CASE("tally: counts how requests ended") {
  Tally tally({});
  const Fault* reset = fault_named("reset");
  REQUIRE(reset != nullptr);
  tally.ended(accepted("a"));
  Ending failed;
  failed.shown_status = 500;
  failed.bad_signature = true;
  tally.ended(failed);
  Ending lost = accepted("a");
  lost.accepted = false;
  lost.shown_status = 0;
  lost.fault = reset;
  lost.duplicate = true;
  tally.ended(lost);
  const ReceiverSummary& summary = tally.summary();
  CHECK(summary.requests == 3);
  CHECK(summary.accepted == 1);
  CHECK(summary.failed == 2);
  CHECK(summary.duplicates == 1);
  CHECK(summary.bad_signatures == 1);
  CHECK(summary.statuses == std::map<int, std::uint64_t>{{200, 1}, {500, 1}});
  CHECK(summary.faults == std::map<std::string_view, std::uint64_t>{{"reset", 1}});
  CHECK_FALSE(summary.seed);
}

TEST_CASE("tally: the seed is reported if something is random") {
  TallyOptions options;
  options.plan.seed = 7;
  CHECK_FALSE(Tally(options).summary().seed);
  options.plan.fail_rate = 0.5;
  CHECK(Tally(options).summary().seed == 7);
}

TEST_CASE("tally: expects distinct events that were accepted") {
  TallyOptions options;
  options.expect = 2;
  Tally tally(options);
  Ending refused = accepted("c");
  refused.accepted = false;
  Ending nameless;
  nameless.accepted = true;
  for (const char* event : {"a", "b", "c"}) tally.seen(key(event), true, kStart);
  for (const Ending& ending : {accepted("a"), accepted("a"), refused, nameless}) {
    tally.ended(ending);
  }
  CHECK(tally.summary().distinct == 1);
  CHECK_FALSE(tally.expectation_met());
  CHECK_FALSE(tally.is_enough());
  tally.ended(accepted("b"));
  CHECK(tally.summary().distinct == 2);
  CHECK(tally.expectation_met());
  CHECK(tally.is_enough());
}

TEST_CASE("tally: a count of requests is reached by any of them") {
  TallyOptions options;
  options.count = 2;
  Tally tally(options);
  tally.ended({});
  CHECK_FALSE(tally.is_enough());
  tally.ended(accepted("a"));
  CHECK(tally.is_enough());
  CHECK(tally.expectation_met());  // none was given
}

TEST_CASE("tally: nothing asked for is never enough") {
  Tally tally({});
  tally.ended(accepted("a"));
  CHECK_FALSE(tally.is_enough());
  CHECK(tally.expectation_met());
}
