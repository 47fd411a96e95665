#include "inspector/received_entries.h"

#include <future>
#include <thread>

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

ReceivedRequest one_request(std::uint64_t n, const std::string& booking = "b",
                            const std::string& body = "{}") {
  ReceivedRequest request;
  request.n = n;
  request.method = "POST";
  request.path = "/";
  request.event = "booking.confirmed";
  request.booking_id = booking;
  request.body = body;
  request.status = 200;
  return request;
}

std::string ids_of(const std::vector<EntryRow>& rows) {
  std::string text;
  for (const EntryRow& row : rows) text += (text.empty() ? "" : " ") + row.id;
  return text;
}

std::string joined_ids(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& id : all) text += (text.empty() ? "" : " ") + id;
  return text;
}

EntryQuery query_for(std::string_view text) {
  return {text, Timestamp()};
}

constexpr Duration kNoWait{0};

}  // namespace

TEST_CASE("received entries: pages have the newest first, and count all that match") {
  ReceivedEntries entries({});
  for (const std::uint64_t n : {2U, 1U, 3U, 5U, 4U})
    entries.add(one_request(n, n % 2 == 0 ? "even" : "odd"));
  EntryPage page = entries.find({}, "", 2);
  CHECK(ids_of(page.rows) == "r5 r4");
  CHECK(page.more);
  CHECK(page.matching == 5);
  page = entries.find({}, "r4", 5);
  CHECK(ids_of(page.rows) == "r3 r2 r1");
  CHECK(!page.more);
  page = entries.find(query_for("booking:even"), "", 5);
  CHECK(ids_of(page.rows) == "r4 r2");
  CHECK(page.matching == 2);
  CHECK(ids_of(entries.find(query_for("even"), "r4", 5).rows) == "r2");
}

TEST_CASE("received entries: those of one event belong together, and are numbered") {
  ReceivedEntries entries({});
  entries.add(one_request(1, "a"));
  entries.add(one_request(2, "b"));
  entries.add(one_request(3, "a"));
  const auto details = entries.details("r3");
  REQUIRE(details);
  CHECK(ids_of(details->related) == "r1 r3");
  CHECK(details->related[1].attempt == 2);
  CHECK(details->line.find("\"n\":3") != std::string::npos);
  for (const char* id : {"r4", "r", "3", "", "r-1", "r99999999999999999999"}) {
    CAPTURE(id);
    CHECK(!entries.details(id));
    CHECK(!entries.content(id));
    CHECK(entries.lines(id).empty());
    CHECK(!entries.pin(id, true));
  }
}

TEST_CASE("received entries: what has neither a booking nor a body belongs to nothing") {
  ReceivedEntries entries({});
  for (const std::uint64_t n : {1U, 2U, 3U, 4U, 5U}) {
    ReceivedRequest request = one_request(n, "", n <= 2 ? "" : "same");
    request.event.reset();
    request.booking_id.reset();
    if (n == 3) request.method = "PUT";
    entries.add(std::move(request));
  }
  for (const char* id : {"r1", "r2", "r3"}) CHECK(ids_of(entries.details(id)->related) == id);
  CHECK(ids_of(entries.details("r5")->related) == "r4 r5");
}

TEST_CASE("received entries: the oldest leave when the memory is full, but not the pinned ones") {
  const std::string large(10'000, 'x');
  ReceivedEntries entries({.max_bytes = 100'000});
  entries.add(one_request(1, "pinned", large));
  CHECK(entries.pin("r1", true));
  for (std::uint64_t n = 2; n <= 50; ++n) entries.add(one_request(n, std::to_string(n), large));
  const EntriesState state = entries.state();
  CHECK(state.bytes <= 100'000);
  CHECK(state.total + state.dropped == 50);
  const EntryPage page = entries.find({}, "", 100);
  CHECK(page.rows.front().id == "r50");
  CHECK(page.rows.back().id == "r1");
  CHECK(page.rows.back().pinned);
  // Half of the memory is for those that are not pinned.
  int refused = 0;
  for (const EntryRow& row : page.rows) {
    if (thrown([&] { entries.pin(row.id, true); }) != "nothing") ++refused;
  }
  CHECK(refused > 3);
  entries.add(one_request(51, "51", large));
  CHECK(entries.details("r51"));
  CHECK(entries.state().bytes <= 100'000);
  // One that is larger than all of the memory does not stay.
  const std::uint64_t dropped = entries.state().dropped;
  entries.add(one_request(52, "52", std::string(200'000, 'x')));
  CHECK(!entries.details("r52"));
  CHECK(entries.state().dropped > dropped);
  CHECK(entries.state().bytes <= 100'000);
}

TEST_CASE("received entries: a request that waits for its response is pending until then") {
  ReceivedEntries entries({});
  ReceivedRequest waiting = one_request(1, "b");
  waiting.status.reset();
  entries.add_pending(waiting);
  EntryPage page = entries.find({}, "", 9);
  REQUIRE(page.rows.size() == 1);
  CHECK(page.rows.front().state == DeliveryState::pending);
  CHECK_FALSE(page.rows.front().failed);
  CHECK_FALSE(page.rows.front().error);
  CHECK(entries.lines("r1").empty());  // listen has not printed it yet
  CHECK(entries.details("r1"));
  CHECK(ids_of(entries.find(query_for("is:pending"), "", 9).rows) == "r1");

  entries.add(one_request(2, "b"));
  CHECK(entries.pin("r1", true));
  const std::uint64_t start = entries.position();
  ReceivedRequest ended = one_request(1, "b");
  ended.status = 500;
  entries.add(ended);
  CHECK(ids_of(entries.changes(start, {}, kNoWait).changed) == "r1");
  page = entries.find({}, "", 9);
  CHECK(ids_of(page.rows) == "r2 r1");
  const EntryRow& row = page.rows.back();
  CHECK_FALSE(row.state);
  CHECK(row.status == 500);
  CHECK(row.failed);
  CHECK(row.pinned);
  CHECK(row.attempt == 1);
  CHECK(page.rows.front().attempt == 2);
  CHECK(!entries.lines("r1").empty());

  entries.pin("r1", false);
  entries.clear();
  CHECK(entries.state().bytes == 0);
}

TEST_CASE("received entries: a pending request that was cleared does not come back") {
  ReceivedEntries entries({});
  entries.add_pending(one_request(1));
  CHECK(entries.clear() == 1);
  entries.add(one_request(1));
  CHECK(entries.state().total == 0);
  entries.add(one_request(2));
  CHECK(ids_of(entries.find({}, "", 9).rows) == "r2");
}

TEST_CASE("received entries: a pending request without room comes back as what it was") {
  ReceivedEntries entries({.max_bytes = 100'000});
  entries.add(one_request(1));
  entries.pin("r1", true);
  entries.add_pending(one_request(2));
  entries.add(one_request(3, "other", std::string(99'000, 'x')));
  CHECK_FALSE(entries.details("r2"));
  entries.clear();
  entries.add(one_request(2));
  CHECK(entries.find({}, "", 9).rows.front().attempt == 2);
}

TEST_CASE("received entries: clear() keeps the pinned ones") {
  ReceivedEntries entries({});
  for (std::uint64_t n = 1; n <= 4; ++n) entries.add(one_request(n));
  entries.pin("r2", true);
  entries.pin("r3", true);
  entries.pin("r3", false);
  CHECK(entries.clear() == 3);
  CHECK(ids_of(entries.find({}, "", 9).rows) == "r2");
  CHECK(entries.state().total == 1);
  CHECK(entries.clear() == 0);
}

TEST_CASE("received entries: changes are told from a position on") {
  ReceivedEntries entries({});
  entries.add(one_request(1));
  const std::uint64_t start = entries.position();
  CHECK(entries.changes(start, {}, kNoWait).changed.empty());
  entries.add(one_request(2));
  entries.pin("r1", true);
  EntryChanges changes = entries.changes(start, {}, kNoWait);
  CHECK(ids_of(changes.changed) == "r2 r1");
  CHECK(changes.position == entries.position());
  entries.clear();
  changes = entries.changes(changes.position, {}, kNoWait);
  CHECK(joined_ids(changes.removed) == "r2");
  CHECK(!changes.lost);
  CHECK(!changes.ended);
}

TEST_CASE(
    "received entries: a viewer of a search hears of what matches, and of what no longer does") {
  ReceivedEntries entries({});
  const std::uint64_t start = entries.position();
  entries.add(one_request(1, "a"));
  entries.add(one_request(2, "b"));
  CHECK(ids_of(entries.changes(start, query_for("booking:b"), kNoWait).changed) == "r2");
  const EntryQuery pinned = query_for("is:pinned");
  entries.pin("r1", true);
  const std::uint64_t then = entries.position();
  CHECK(ids_of(entries.changes(then - 1, pinned, kNoWait).changed) == "r1");
  entries.pin("r1", false);
  CHECK(joined_ids(entries.changes(then, pinned, kNoWait).removed) == "r1");
}

TEST_CASE("received entries: a viewer that has missed too much has to begin anew") {
  ReceivedEntries entries({});
  for (std::uint64_t n = 1; n <= 10'100; ++n) entries.add(one_request(n));
  EntryChanges changes = entries.changes(0, {}, kNoWait);
  CHECK(changes.lost);
  CHECK(changes.changed.empty());
  CHECK(changes.position == entries.position());
  CHECK(entries.changes(entries.position() + 1, {}, kNoWait).lost);
  // What it can still be told comes in parts.
  std::size_t told = 0;
  for (std::uint64_t at = 200; at < entries.position();) {
    changes = entries.changes(at, {}, kNoWait);
    CHECK(!changes.lost);
    CHECK(changes.changed.size() <= 500);
    told += changes.changed.size();
    at = changes.position;
  }
  CHECK(told == 9'900);
}

TEST_CASE("received entries: a wait for changes ends with a change, and with the end") {
  ReceivedEntries entries({});
  const auto wait = [&](std::uint64_t position) {
    return std::async(std::launch::async, [&entries, position] {
      return entries.changes(position, {}, std::chrono::hours(1));
    });
  };
  auto first = wait(0);
  entries.add(one_request(1));
  CHECK(ids_of(first.get().changed) == "r1");
  auto second = wait(1);
  entries.end();
  CHECK(second.get().ended);
}

TEST_CASE("received entries: many threads add, search and pin at once") {
  ReceivedEntries entries({.max_bytes = 200'000});
  std::atomic<bool> over = false;
  std::thread viewer([&] {
    std::uint64_t position = 0;
    while (!over) {
      position = entries.changes(position, query_for("confirmed"), Duration(1)).position;
      const EntryPage page = entries.find(query_for("confirmed"), "", 10);
      if (!page.rows.empty()) entries.pin(page.rows.back().id, position % 2 == 0);
    }
  });
  for (std::uint64_t n = 1; n <= 5'000; ++n) entries.add(one_request(n, std::to_string(n % 7)));
  over = true;
  viewer.join();
  CHECK(entries.find({}, "", 1).rows.front().id == "r5000");
  CHECK(entries.state().bytes <= 200'000);
}
