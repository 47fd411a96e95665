#include "store/history_reader.h"

#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "store/history_rows.h"
#include "support/entries.h"
#include "support/histories.h"
#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;
using std::chrono::seconds;

namespace {

const std::string kDamageHint =
    " | hint: try again: what is damaged is moved aside; if the error stays, move the file away";

// Five deliveries, a second apart: p (pending), d (delivered), f (failed), r (recovered), e (ended
// with a status that was expected).
struct Five {
  Five() {
    add("p111", "booking.confirmed", "b-1", "wh-1", "http://a/", 0);
    add("d222", "booking.cancelled", "b-1", "wh-2", "http://b/", 1);
    add("f333", "booking.confirmed", "b-2", std::nullopt, "http://a/", 2);
    add("r444", "booking.rescheduled", std::nullopt, "wh-1", "http://a/x", 3);
    add("e555", "booking.confirmed", "b-3", "vh-1", "http://b/", 4);
    attempt("p111", 1, reply_of(503), Outcome::retrying, 10);
    attempt("d222", 1, reply_of(200), Outcome::delivered, 20);
    attempt("f333", 1, reply_of(500), Outcome::retrying, 5000);
    attempt("f333", 2, reply_of(FailureKind::timeout, "slow"), Outcome::failed, 100);
    attempt("r444", 1, reply_of(404), Outcome::retrying, 30);
    attempt("r444", 2, reply_of(204), Outcome::delivered, 40);
    attempt("e555", 1, reply_of(401), Outcome::expected, 2000);
  }

  void add(const std::string& id, const std::string& event, std::optional<std::string> booking,
           std::optional<std::string> webhook, const std::string& url, int second) {
    HistoryBatch batch = batch_to(id, {url}, kHistoryTime + seconds(second));
    batch.events[0] = {event, std::move(booking), "{}"};
    batch.deliveries[0].id = id;
    batch.deliveries[0].webhook_id = std::move(webhook);
    insert_batch(*database, batch, "o");
  }
  void attempt(const std::string& id, int number, Reply reply, Outcome outcome, int milliseconds) {
    reply.duration = std::chrono::milliseconds(milliseconds);
    insert_attempt(*database, recorded_attempt(id, number, std::move(reply), outcome),
                   AttemptTrigger::schedule);
  }

  const TempDir dir;
  const LockWait wait;
  const std::unique_ptr<Database> database = open_history(dir.file("store.db"), kHistoryTime, wait);
  const HistoryReader reader{dir.file("store.db"), kHistoryTime, wait};
};

// Returns the first letters of the deliveries that are found, and checks their number.
std::string found(const HistoryReader& reader, const HistoryFilter& filter, std::size_t limit = 0) {
  std::string letters;
  for (const DeliveryRecord& delivery : reader.find(filter, limit)) letters += delivery.id[0];
  if (limit == 0) CHECK(reader.count(filter) == letters.size());
  return letters;
}

std::string found(const HistoryReader& reader, const std::function<void(HistoryFilter&)>& set) {
  HistoryFilter filter;
  set(filter);
  CHECK_FALSE(filter.empty());
  return found(reader, filter);
}

StatusSet status_set(const std::string& text) {
  StatusSet set;
  set.add("--status", text);
  return set;
}

}  // namespace

TEST_CASE("history_reader: the newest deliveries come first, and a limit cuts the oldest") {
  const Five five;
  CHECK(found(five.reader, HistoryFilter()) == "erfdp");
  CHECK(found(five.reader, HistoryFilter(), 2) == "er");
  CHECK(found(five.reader, HistoryFilter(), 5) == "erfdp");
  CHECK(found(five.reader, HistoryFilter(), 4'000'000'000) == "erfdp");
  CHECK(five.reader.count({}) == 5);
  CHECK(five.reader.path() == five.dir.file("store.db"));
}

TEST_CASE("history_reader: each filter alone") {
  const Five five;
  const auto with = [&](const std::function<void(HistoryFilter&)>& set) {
    return found(five.reader, set);
  };
  CHECK(with([](HistoryFilter& f) { f.failed = true; }) == "f");
  CHECK(with([](HistoryFilter& f) { f.pending = true; }) == "p");
  CHECK(with([](HistoryFilter& f) { f.delivered = true; }) == "rd");
  CHECK(with([](HistoryFilter& f) { f.recovered = true; }) == "r");
  CHECK(with([](HistoryFilter& f) { f.failed = f.pending = true; }) == "fp");
  CHECK(with([](HistoryFilter& f) { f.recovered = f.delivered = true; }) == "rd");
  CHECK(with([](HistoryFilter& f) { f.events = {"booking.confirmed"}; }) == "efp");
  CHECK(with([](HistoryFilter& f) { f.events = {"booking.cancelled", "booking.rescheduled"}; }) ==
        "rd");
  CHECK(with([](HistoryFilter& f) { f.events = {"booking"}; }).empty());
  CHECK(with([](HistoryFilter& f) { f.webhooks = {"wh-1"}; }) == "rp");
  CHECK(with([](HistoryFilter& f) { f.webhooks = {"wh"}; }) == "rdp");
  CHECK(with([](HistoryFilter& f) { f.webhooks = {"wh-2", "v"}; }) == "ed");
  CHECK(with([](HistoryFilter& f) { f.webhooks = {"wh-11"}; }).empty());
  CHECK(with([](HistoryFilter& f) { f.urls = {"http://a/"}; }) == "fp");
  CHECK(with([](HistoryFilter& f) { f.urls = {"http://a/x", "http://b/"}; }) == "erd");
  CHECK(with([](HistoryFilter& f) { f.bookings = {"b-1"}; }) == "dp");
  CHECK(with([](HistoryFilter& f) { f.bookings = {"b-2", "b-3", "b-9"}; }) == "ef");
  CHECK(with([](HistoryFilter& f) { f.errors = {"timeout"}; }) == "f");
  CHECK(with([](HistoryFilter& f) { f.errors = {"dns", "tls"}; }).empty());
  CHECK(with([](HistoryFilter& f) { f.statuses = status_set("503"); }) == "p");
  CHECK(with([](HistoryFilter& f) { f.statuses = status_set("2xx,401"); }) == "erd");
  CHECK(
      with([](HistoryFilter& f) { f.statuses = status_set("500,404"); }).empty());  // not the last
  CHECK(with([](HistoryFilter& f) { f.slower = Duration(30); }) == "erf");  // of any attempt
  CHECK(with([](HistoryFilter& f) { f.slower = Duration(40); }) == "ef");   // longer, not as long
  CHECK(with([](HistoryFilter& f) { f.slower = Duration(0); }) == "erfdp");
  CHECK(with([](HistoryFilter& f) { f.since = kHistoryTime + seconds(3); }) == "er");
  CHECK(with([](HistoryFilter& f) { f.until = kHistoryTime + seconds(1); }) == "dp");
  CHECK(with([](HistoryFilter& f) { f.since = kHistoryTime + Duration(3001); }) == "e");
}

TEST_CASE("history_reader: filters together must all hold") {
  const Five five;
  const auto with = [&](const std::function<void(HistoryFilter&)>& set) {
    return found(five.reader, set);
  };
  CHECK(with([](HistoryFilter& f) {
          f.failed = f.pending = true;
          f.urls = {"http://a/"};
          f.events = {"booking.confirmed"};
        }) == "fp");
  CHECK(with([](HistoryFilter& f) {
          f.webhooks = {"wh-1", "vh"};
          f.statuses = status_set("401,503");
          f.bookings = {"b-1", "b-3"};
        }) == "ep");
  CHECK(with([](HistoryFilter& f) {
          f.delivered = true;
          f.webhooks = {"wh-2", "wh-1"};
          f.since = kHistoryTime + seconds(1);
          f.until = kHistoryTime + seconds(2);
        }) == "d");
  CHECK(with([](HistoryFilter& f) {
          f.failed = f.pending = f.delivered = f.recovered = true;
          f.events = {"booking.confirmed"};
          f.urls = {"http://a/"};
          f.bookings = {"b-2"};
          f.errors = {"timeout"};
          f.slower = Duration(1000);
          f.since = kHistoryTime;
          f.until = kHistoryTime + seconds(9);
        }) == "f");
  CHECK(with([](HistoryFilter& f) {
          f.failed = true;
          f.urls = {"http://b/"};
        }).empty());
  // A timeout has no status.
  CHECK(with([](HistoryFilter& f) {
          f.errors = {"timeout"};
          f.statuses = status_set("2xx,3xx,4xx,5xx");
        }).empty());
}

TEST_CASE("history_reader: a value is a value, whatever SQL is in it") {
  const Five five;
  HistoryFilter filter;
  filter.urls = {"' OR 1=1 --", "?"};
  CHECK(found(five.reader, filter).empty());
  CHECK(five.reader.ids("' OR 1=1 --", 2).empty());
  CHECK_FALSE(five.reader.details("' OR 1=1 --"));
}

TEST_CASE("history_reader: the fields of a delivery") {
  const Five five;
  const auto deliveries = five.reader.find({}, 0);
  REQUIRE(deliveries.size() == 5);
  const DeliveryRecord& failed = deliveries[2];
  CHECK(failed.id == "f333");
  CHECK(failed.event == "booking.confirmed");
  CHECK(failed.booking_id == "b-2");
  CHECK(failed.webhook_id == std::nullopt);
  CHECK(failed.url == "http://a/");
  CHECK(failed.state == DeliveryState::failed);
  CHECK(failed.attempts == 2);
  CHECK(failed.last_status == std::nullopt);
  CHECK(failed.last_error == "timeout");
  CHECK(failed.created_at == kHistoryTime + seconds(2));
  CHECK(failed.next_attempt_at == std::nullopt);
  CHECK(failed.source == DeliverySource::fire);
  CHECK(failed.resends == std::nullopt);
  const DeliveryRecord& pending = deliveries[4];
  CHECK(pending.state == DeliveryState::pending);
  CHECK(pending.last_status == 503);
  CHECK(pending.webhook_id == "wh-1");
  CHECK(pending.next_attempt_at == kHistoryTime + Duration(1000 + 10 + 5000));
  CHECK(deliveries[0].state == DeliveryState::expected);
}

TEST_CASE("history_reader: ids by their first characters") {
  Five five;
  five.add("f399", "e", std::nullopt, std::nullopt, "http://a/", 5);
  using Ids = std::vector<std::string>;
  CHECK(five.reader.ids("f333", 2) == Ids{"f333"});
  CHECK(five.reader.ids("d", 2) == Ids{"d222"});
  CHECK(five.reader.ids("f3", 2) == Ids{"f333", "f399"});
  CHECK(five.reader.ids("f3", 1) == Ids{"f333"});
  CHECK(five.reader.ids("f34", 2).empty());
  CHECK(five.reader.ids("f3333", 2).empty());
  CHECK(five.reader.ids("", 100).size() == 6);
  CHECK(five.reader.ids("F333", 2) == Ids{"f333"});  // as it is copied from elsewhere
}

TEST_CASE("history_reader: without a file the history is empty, and none is made") {
  const TempDir dir;
  const LockWait wait;
  const HistoryReader reader(dir.file("no/store.db"), kHistoryTime, wait);
  CHECK(reader.find({}, 0).empty());
  CHECK(reader.count({}) == 0);
  CHECK(reader.ids("a", 2).empty());
  CHECK_FALSE(reader.details("a"));
  CHECK_FALSE(std::filesystem::exists(dir.file("no")));
}

TEST_CASE("history_reader: the details of a delivery, with every byte of what was exchanged") {
  Five five;
  std::string odd;
  for (int byte = 0; byte < 256; ++byte) odd += static_cast<char>(byte);
  HistoryBatch batch = batch_to("odd", {"http://a/?q=1"});
  batch.events[0].payload = odd;
  batch.deliveries[0].plan.retry = {{Duration(60'000), Duration(0)}, 10};
  batch.deliveries[0].plan.label = "copy 1 of 2";
  batch.deliveries[0].plan.timeout = Duration(1234);
  batch.deliveries[0].plan.tamper = Tamper::body;
  batch.deliveries[0].plan.expected = {"401", "5xx"};
  batch.deliveries[0].resends = "f333";
  insert_batch(*five.database, batch, "o");

  Reply reply = reply_of(500);
  Response& response = std::get<Response>(reply.result);
  response.headers = {{"Content-Type", "text/plain"},
                      {"content-type", ""},
                      {"X-Odd", std::string("a: b\0 \xff\n \r: c", 14)},
                      {"X:Y", ": "},
                      {"Set-Cookie", "a=1"},
                      {"Set-Cookie", "b=2"}};
  response.reason = std::string("Not \0\xff", 6);
  response.minor_version = 0;
  response.body = std::string(kMaxResponseBody - odd.size(), 'x') + odd;
  response.cut = true;
  reply.sent = 77;
  reply.duration = std::chrono::microseconds(1'234'567);
  Attempt attempt = recorded_attempt("odd0", 1, reply, Outcome::retrying);
  attempt.request = RequestBytes{
      "POST / HTTP/1.1\r\nX-Slotflow-Signature: t=17,v1=ab\r\nX: \xff\r\n\r\n", "ignored", 1};
  insert_attempt(*five.database, attempt, AttemptTrigger::schedule);
  insert_attempt(*five.database,
                 recorded_attempt("odd0", 2, reply_of(FailureKind::tls, odd), Outcome::failed),
                 AttemptTrigger::resume);

  const auto details = five.reader.details("odd0");
  REQUIRE(details);
  CHECK(details->delivery.id == "odd0");
  CHECK(details->delivery.resends == "f333");
  CHECK(details->payload == odd);
  CHECK(details->plan.label == "copy 1 of 2");
  CHECK(details->resent_as.empty());
  REQUIRE(details->attempts.size() == 2);

  const AttemptRecord& first = details->attempts[0];
  CHECK(first.trigger == AttemptTrigger::schedule);
  CHECK(first.signed_at == 17);
  CHECK(first.attempt.delivery_id == "odd0");
  CHECK(first.attempt.url == "http://a/?q=1");
  CHECK(first.attempt.event == "booking.confirmed");
  CHECK(first.attempt.booking_id == "b-1");
  CHECK(first.attempt.label == "copy 1 of 2");
  CHECK(first.attempt.number == 1);
  CHECK(first.attempt.max_attempts == 3);
  CHECK(first.attempt.at == kHistoryTime + seconds(1));
  CHECK(first.attempt.outcome == Outcome::retrying);
  CHECK(first.attempt.next_attempt_in == Duration(6000));
  CHECK(first.attempt.expected_status == "401 or 5xx");
  CHECK(first.attempt.invalid_on_purpose);
  CHECK(first.attempt.timeout == Duration(1234));
  CHECK(first.attempt.reply.address == "127.0.0.1:1");
  CHECK(first.attempt.reply.duration == reply.duration);
  CHECK(first.attempt.reply.sent == 77);
  REQUIRE(first.attempt.request);
  CHECK(first.attempt.request->head == attempt.request->head);
  CHECK(first.attempt.request->body.empty());
  CHECK(first.attempt.request->size == attempt.request->head.size() + odd.size());
  const Response* got = first.attempt.reply.response();
  REQUIRE(got != nullptr);
  CHECK(got->status == 500);
  CHECK(got->minor_version == 0);
  CHECK(got->reason == response.reason);
  CHECK(got->headers == response.headers);
  CHECK(got->body == response.body);
  CHECK(got->cut);

  const AttemptRecord& second = details->attempts[1];
  CHECK(second.trigger == AttemptTrigger::resume);
  CHECK(second.signed_at == std::nullopt);
  CHECK(second.attempt.next_attempt_in == std::nullopt);
  CHECK(second.attempt.reply.address.empty());
  const Failure* failure = second.attempt.reply.failure();
  REQUIRE(failure != nullptr);
  CHECK(failure->kind == FailureKind::tls);
  CHECK(failure->detail == odd);

  CHECK(five.reader.details("f333")->resent_as == std::vector<std::string>{"odd0"});
  CHECK_FALSE(five.reader.details("odd"));  // the whole id only
}

TEST_CASE("history_reader: a response without a reason, a header or a body") {
  Five five;
  five.add("bare", "e", std::nullopt, std::nullopt, "http://a/", 5);
  Response response;
  response.status = 299;
  insert_attempt(
      *five.database,
      recorded_attempt("bare", 1, {response, "", std::chrono::microseconds(0)}, Outcome::delivered),
      AttemptTrigger::schedule);
  const auto details = five.reader.details("bare");
  REQUIRE(details);
  REQUIRE(details->attempts.size() == 1);
  const Response* got = details->attempts[0].attempt.reply.response();
  REQUIRE(got != nullptr);
  CHECK(got->status == 299);
  CHECK(got->reason.empty());
  CHECK(got->headers.empty());
  CHECK(got->body.empty());
  CHECK_FALSE(got->cut);
  CHECK(got->minor_version == 1);
}

TEST_CASE("history_reader: how far a failed attempt had come is kept, which its hint depends on") {
  Five five;
  five.add("late", "e", std::nullopt, std::nullopt, "http://a/", 5);
  const Failure failure{FailureKind::timeout, "", Stage::connect, FailureCause::untrusted};
  insert_attempt(
      *five.database,
      recorded_attempt("late", 1, {failure, "", std::chrono::microseconds(0)}, Outcome::failed),
      AttemptTrigger::schedule);
  const auto details = five.reader.details("late");
  REQUIRE(details);
  const Failure* got = details->attempts.at(0).attempt.reply.failure();
  REQUIRE(got != nullptr);
  CHECK(got->stage == Stage::connect);
  CHECK(got->cause == FailureCause::untrusted);
}

TEST_CASE("history_reader: words and plans that are damaged are an error, and nothing is made up") {
  Five five;
  five.database->run("PRAGMA ignore_check_constraints = ON");
  const std::string path = five.dir.file("store.db");
  const auto damage = [&](const std::string& sql) {
    five.database->run(sql);
    return thrown([&] {
      five.reader.find({}, 0);
      five.reader.details("f333");
    });
  };
  CHECK(damage("UPDATE attempt SET error = 'x' WHERE error = 'timeout'") ==
        "STORE_ERROR: cannot read " + path + ": a word in it is damaged" + kDamageHint);
  CHECK(damage("UPDATE attempt SET error = 'timeout' WHERE error = 'x'") == "nothing");
  CHECK(damage("UPDATE delivery SET plan = '{' WHERE id = 'f333'") ==
        "STORE_ERROR: cannot read " + path + ": the plan of a delivery is damaged" + kDamageHint);
  CHECK(entries(five.dir.path()).size() == 3);  // with its -wal and -shm
  // SQLite's own check finds this one.
  CHECK(damage("UPDATE delivery SET state = 'x' WHERE id = 'p111'") ==
        "STORE_ERROR: cannot read " + path + ": a word in it is damaged" + kDamageHint);
  CHECK(five.reader.count({}) == 0);
  CHECK(entries(five.dir.path()).contains("store.db.corrupt-20260310T140500.000Z"));
}

TEST_CASE("history_reader: a table that is missing is damage") {
  Five five;
  five.database->run("ALTER TABLE exchange RENAME TO other");
  CHECK(thrown([&] { five.reader.details("f333"); }) ==
        "STORE_ERROR: cannot read " + five.dir.file("store.db") + ": no such table: exchange" +
            kDamageHint);
  CHECK(entries(five.dir.path()).contains("store.db.corrupt-20260310T140500.000Z"));
}
