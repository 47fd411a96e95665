#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "support/histories.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

constexpr int kEnough = 1'101;  // deliveries, so that several threads read them

// Deliveries "id0", "id1" ... to three endpoints in turns; each has two attempts, of which the
// first failed: with a timeout for the first endpoint, with 503 for the others.
void fill_with_attempts(const std::string& path, int deliveries) {
  std::vector<std::string> urls;
  for (int i = 0; i < deliveries; ++i) urls.push_back("http://" + std::to_string(i % 3) + "/");
  const LockWait wait;
  const auto database = opened_history(path, wait);
  WriteTransaction transaction(*database);
  insert_batch(*database, batch_to("id", urls), "owner");
  for (int i = 0; i < deliveries; ++i) {
    const std::string id = "id" + std::to_string(i);
    Reply first = i % 3 == 0 ? reply_of(FailureKind::timeout) : reply_of(503);
    first.duration = std::chrono::microseconds(deliveries + i);
    Reply second = reply_of(200);
    second.duration = std::chrono::microseconds(i);
    insert_attempt(*database, recorded_attempt(id, 1, first, Outcome::retrying),
                   AttemptTrigger::schedule);
    insert_attempt(*database, recorded_attempt(id, 2, second, Outcome::delivered),
                   AttemptTrigger::schedule);
  }
  transaction.commit();
}

std::string error_of_stats(const std::string& path, const HistoryFilter& filter) {
  CountedWait counted;
  const HistoryReader reader(path, kHistoryTime, counted.wait);
  return thrown([&] { reader.stats(filter); });
}

}  // namespace

TEST_CASE("history_stats: each delivery and each attempt is counted once, however many there are") {
  for (const int deliveries : {0, 1, 7, kEnough}) {
    CAPTURE(deliveries);
    const TempDir dir;
    const std::string path = dir.file("store.db");
    fill_with_attempts(path, deliveries);
    const LockWait wait;
    const HistoryStats stats = HistoryReader(path, kHistoryTime, wait).stats({});
    CHECK(stats.deliveries == static_cast<std::size_t>(deliveries));
    CHECK(stats.oldest.has_value() == (deliveries > 0));
    REQUIRE(stats.endpoints.size() == static_cast<std::size_t>(std::min(deliveries, 3)));
    for (std::size_t i = 0; i < stats.endpoints.size(); ++i) {
      const EndpointStats& endpoint = stats.endpoints[i];
      const auto count = static_cast<std::size_t>((deliveries - static_cast<int>(i) + 2) / 3);
      CHECK(endpoint.url == "http://" + std::to_string(i) + "/");
      CHECK(endpoint.deliveries == count);
      CHECK(endpoint.delivered == count);
      CHECK(endpoint.failed + endpoint.pending + endpoint.expected == 0);
      CHECK(endpoint.attempts == 2 * count);
      CHECK(endpoint.failures ==
            std::map<std::string, std::size_t>{{i == 0 ? "timeout" : "503", count}});
      std::vector<std::chrono::microseconds> times;
      for (int n = static_cast<int>(i); n < deliveries; n += 3) times.emplace_back(n);
      for (int n = static_cast<int>(i); n < deliveries && i > 0; n += 3) {
        times.emplace_back(deliveries + n);
      }
      CHECK(endpoint.response_times == times);
    }
  }
}

TEST_CASE("history_stats: a filter that leaves gaps of any size") {
  const TempDir dir;
  const std::string path = dir.file("store.db");
  fill_with_attempts(path, kEnough);
  second_connection(path).run("UPDATE delivery SET state = 'failed' WHERE seq % 97 = 5");
  const LockWait wait;
  const HistoryReader reader(path, kHistoryTime, wait);
  HistoryFilter failed, one_url, all_bookings, no_booking, later;
  failed.failed = true;
  one_url.urls = {"http://1/"};
  all_bookings.bookings = {"b-1"};
  no_booking.bookings = {"b-2"};
  later.since = kHistoryTime + std::chrono::seconds(1);
  const std::vector<std::pair<HistoryFilter, std::size_t>> expected{{failed, kEnough / 97 + 1},
                                                                    {one_url, kEnough / 3},
                                                                    {all_bookings, kEnough},
                                                                    {no_booking, 0},
                                                                    {later, 0}};
  for (const auto& [filter, deliveries] : expected) {
    std::size_t found = 0, attempts = 0;
    for (const EndpointStats& endpoint : reader.stats(filter).endpoints) {
      found += endpoint.deliveries;
      attempts += endpoint.attempts;
    }
    CHECK(found == deliveries);
    CHECK(attempts == 2 * deliveries);
  }
}

TEST_CASE("history_stats: damage is found, whichever thread reads it") {
  for (const int seq : {1, kEnough / 2, kEnough}) {
    const TempDir dir;
    const std::string path = dir.file("store.db");
    fill_with_attempts(path, kEnough);
    const std::string row = " WHERE delivery = " + std::to_string(seq) + " AND number = 1";
    second_connection(path).run("DELETE FROM exchange" + row + "; DELETE FROM attempt" + row);
    CHECK(error_of_stats(path, {}).starts_with("STORE_ERROR: cannot read " + path +
                                               ": an attempt in it is missing"));
    HistoryFilter elsewhere;
    elsewhere.urls = {"http://x/"};
    CHECK(error_of_stats(path, elsewhere) == "nothing");
  }
}
