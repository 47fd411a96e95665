#include "store/history_rows.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "store/history_reader.h"
#include "support/histories.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

struct Rows {
  void add(const HistoryBatch& batch) { insert_batch(*database, batch, "o"); }
  void attempt(const std::string& id, int number, Reply reply, Outcome outcome) {
    insert_attempt(*database, recorded_attempt(id, number, std::move(reply), outcome),
                   AttemptTrigger::schedule);
  }
  // Ends deliveries, which may then be removed.
  void end(const std::vector<std::string>& ids) {
    for (const std::string& id : ids) attempt(id, 1, reply_of(200), Outcome::delivered);
  }
  // Removes what has ended beyond the newest `keep`, at most `limit`.
  std::size_t remove_oldest(std::size_t keep, std::size_t limit) {
    return remove_ended(*database, {.last = newest_beyond(*database, keep)}, limit);
  }
  std::string ids() const {
    std::string text;
    Statement statement = database->prepare("SELECT id FROM delivery ORDER BY seq");
    while (statement.step()) text += statement.text(0) + " ";
    return text;
  }
  std::int64_t count(const std::string& table) const {
    return database->number("SELECT count(*) FROM " + table);
  }
  // Returns the columns of a delivery, joined by spaces; "-" for NULL.
  std::string columns(const std::string& id, const std::string& names) const {
    Statement statement = database->prepare("SELECT " + names + " FROM delivery WHERE id = ?");
    if (!statement.bind(1, id).step()) return "none";
    std::string text;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(std::ranges::count(names, ',')); ++i) {
      text += (i > 0 ? " " : "") + statement.optional_text(static_cast<int>(i)).value_or("-");
    }
    return text;
  }

  const TempDir dir;
  const LockWait wait;
  const std::unique_ptr<Database> database = open_history(dir.file("store.db"), kHistoryTime, wait);
};

constexpr char kState[] = "state, attempts, last_status, last_error, slowest_us, owner";

}  // namespace

TEST_CASE("history_rows: a batch has its lanes, and each delivery its event") {
  Rows rows;
  rows.add(batch_to("before", {"http://z/"}));
  HistoryBatch batch = batch_to("id", {"http://a/", "http://a/", "http://b/", "http://b/"});
  batch.events.push_back({"booking.cancelled", std::nullopt, "{}"});
  batch.deliveries[1].event = 1;
  batch.deliveries[1].lane = 0;
  batch.deliveries[2].lane = 1;
  batch.deliveries[3].lane = 1;
  batch.deliveries[3].resends = "before0";
  rows.add(batch);
  CHECK(rows.columns("before0", "seq, lane") == "1 1");
  CHECK(rows.columns("id0", "lane, event, booking_id") == "2 booking.confirmed b-1");
  CHECK(rows.columns("id1", "lane, event, booking_id") == "2 booking.cancelled -");
  CHECK(rows.columns("id2", "lane, resends") == "4 -");
  CHECK(rows.columns("id3", "lane, resends") == "4 before0");
  CHECK(rows.columns("id3", kState) == "pending 0 - - - o");
  CHECK(rows.columns("id3", "created_at, next_attempt_at") == "1773151500000 1773151500000");
  CHECK(rows.count("event") == 3);
}

TEST_CASE("history_rows: an attempt changes what the delivery is") {
  Rows rows;
  rows.add(batch_to("id", {"http://a/"}));
  rows.attempt("id0", 1, reply_of(500), Outcome::retrying);
  CHECK(rows.columns("id0", kState) == "pending 1 500 - 1500 o");
  // It began at 1 s, took 1.5 ms, and the next one is 5 s later.
  CHECK(rows.columns("id0", "next_attempt_at") == "1773151506002");
  Reply timeout = reply_of(FailureKind::timeout);
  timeout.duration = std::chrono::seconds(10);
  rows.attempt("id0", 2, timeout, Outcome::retrying);
  CHECK(rows.columns("id0", kState) == "pending 2 - timeout 10000000 o");
  rows.attempt("id0", 3, reply_of(204), Outcome::delivered);
  CHECK(rows.columns("id0", kState) == "delivered 3 204 - 10000000 -");
  CHECK(rows.columns("id0", "next_attempt_at") == "-");
  CHECK(rows.count("attempt") == 3);
  CHECK(rows.count("exchange") == 3);
}

TEST_CASE("history_rows: a cancellation joins the lane of the confirmation that is pending") {
  Rows rows;
  HistoryBatch confirmed = batch_to("c", {"http://a/", "http://b/"});
  confirmed.deliveries[0].webhook_id = "w0";
  confirmed.deliveries[1].webhook_id = "w1";
  confirmed.deliveries[1].lane = 1;
  rows.add(confirmed);
  rows.attempt("c1", 1, reply_of(200), Outcome::delivered);
  HistoryBatch cancelled = confirmed;
  for (std::size_t i = 0; i < 2; ++i) {
    cancelled.deliveries[i].id = "d" + std::to_string(i);
    cancelled.deliveries[i].plan.after_previous = true;
  }
  rows.add(cancelled);
  CHECK(rows.columns("d0", "seq, lane") == "3 1");
  CHECK(rows.columns("d1", "seq, lane") == "4 4");  // nothing is left to wait for
}

TEST_CASE("history_rows: only the pending deliveries of one source are claimed") {
  Rows rows;
  rows.add(batch_to("f", {"http://a/"}));
  HistoryBatch served = batch_to("s", {"http://a/"});
  served.source = DeliverySource::serve;
  rows.add(served);
  const auto nobody = [](const std::string&) { return false; };
  const auto claimed = claim_pending(*rows.database, "me", nobody, DeliverySource::serve);
  REQUIRE(claimed.deliveries.size() == 1);
  CHECK(claimed.deliveries[0].details.delivery.id == "s0");
  CHECK(rows.columns("f0", "owner") == "o");
  CHECK(rows.columns("s0", "owner") == "me");
}

TEST_CASE("history_rows: each end of a delivery") {
  Rows rows;
  rows.add(batch_to("id", {"http://a/", "http://a/", "http://a/"}));
  rows.attempt("id0", 1, reply_of(FailureKind::dns), Outcome::failed);
  rows.attempt("id1", 1, reply_of(401), Outcome::expected);
  rows.attempt("id2", 1, reply_of(200), Outcome::delivered);
  CHECK(rows.columns("id0", kState) == "failed 1 - dns 1500 -");
  CHECK(rows.columns("id1", kState) == "expected 1 401 - 1500 -");
  CHECK(rows.columns("id2", kState) == "delivered 1 200 - 1500 -");
  rows.attempt("gone", 1, reply_of(200), Outcome::delivered);  // was removed
  CHECK(rows.count("attempt") == 3);
}

TEST_CASE("history_rows: the timestamp of the signature is read from the request") {
  const auto signed_at = [](const std::string& head) {
    Rows rows;
    rows.add(batch_to("id", {"http://a/"}));
    Attempt attempt = recorded_attempt("id0", 1, reply_of(200), Outcome::delivered);
    attempt.request = RequestBytes{head, "", 0};
    insert_attempt(*rows.database, attempt, AttemptTrigger::resume);
    Statement statement = rows.database->prepare("SELECT signed_at, trigger FROM attempt");
    REQUIRE(statement.step());
    CHECK(statement.text(1) == "resume");
    return statement.optional_number(0);
  };
  CHECK(signed_at("POST / HTTP/1.1\r\nX-Slotflow-Signature: t=1773151500,v1=ab\r\n\r\n") ==
        1'773'151'500);
  CHECK(signed_at("POST / HTTP/1.1\r\nHost: t=5\r\nx-slotflow-signature: t=-7,v1=ab\r\n\r\n") ==
        -7);
  CHECK(signed_at("POST /X-Slotflow-Signature:t=5 HTTP/1.1\r\nHost: a\r\n\r\n") == std::nullopt);
  CHECK(signed_at("POST / HTTP/1.1\r\nX-Slotflow-Signature: v1=ab\r\n\r\n") == std::nullopt);
  CHECK(signed_at("POST / HTTP/1.1\r\nX-Slotflow-Signature: t=\r\n\r\n") == std::nullopt);
  CHECK(signed_at("POST / HTTP/1.1\r\nX-Slotflow-Signature: (not kept)\r\n\r\n") == std::nullopt);
  CHECK(signed_at("") == std::nullopt);
}

TEST_CASE("history_rows: the newest deliveries stay, and all that are pending") {
  Rows rows;
  rows.add(batch_to("a", {"http://a/", "http://a/", "http://a/"}));
  rows.add(batch_to("b", {"http://a/", "http://a/", "http://a/"}));
  rows.end({"a0", "a2", "b0", "b1", "b2"});
  CHECK(rows.remove_oldest(6, 100) == 0);
  CHECK(rows.remove_oldest(100, 100) == 0);
  CHECK(rows.ids() == "a0 a1 a2 b0 b1 b2 ");
  CHECK(rows.remove_oldest(2, 1) == 1);  // a batch at a time, the oldest first
  CHECK(rows.ids() == "a1 a2 b0 b1 b2 ");
  CHECK(rows.remove_oldest(2, 100) == 2);
  CHECK(rows.ids() == "a1 b1 b2 ");
  CHECK(rows.remove_oldest(2, 100) == 0);
  CHECK(rows.count("attempt") == 2);
  CHECK(rows.count("exchange") == 2);
  CHECK(rows.count("event") == 2);  // the first is a1's, too
  rows.end({"a1"});
  CHECK(rows.remove_oldest(2, 100) == 1);
  CHECK(rows.count("event") == 1);
  CHECK(rows.database->text("PRAGMA foreign_key_check").empty());
}

TEST_CASE("history_rows: numbers are not given again") {
  Rows rows;
  rows.add(batch_to("a", {"http://a/", "http://a/"}));
  rows.end({"a0", "a1"});
  CHECK(rows.remove_oldest(0, 100) == 2);
  rows.add(batch_to("b", {"http://a/"}));
  CHECK(rows.columns("b0", "seq") == "3");
}
