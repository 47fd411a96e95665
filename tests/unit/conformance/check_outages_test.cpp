#include <atomic>
#include <map>

#include <doctest/doctest.h>

#include "conformance/check_runner.h"
#include "domain/text.h"
#include "support/check_runs.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

// A second passes each time that somebody looks.
class HastyClock : public FakeClock {
 public:
  SteadyTime steady() const override { return steady_now() + std::chrono::seconds(++looks_); }

 private:
  mutable std::atomic<int> looks_ = 0;
};

}  // namespace

TEST_CASE("check_outages: a handler that rejects everything is reported once") {
  LiveServer server([](http::IncomingRequest&) {
    http::OutgoingResponse response;
    response.status = 503;
    return response;
  });
  const CheckRun run = run_against(server, {"delivery", "payload", "idempotency"});
  CHECK(run.failed == Ids{"delivery.confirmed"});
  CHECK(run.passed.empty());
}

TEST_CASE("check_outages: a rejection counts only while valid events are accepted") {
  std::atomic<bool> banned = false;
  LiveServer server([&](http::IncomingRequest& request) {
    http::OutgoingResponse response = judge(request);
    if (response.status != 200) banned = true;
    return banned ? response_of(403) : response;
  });
  const CheckRun run = run_against(
      server, {"delivery.confirmed", "signature.missing", "signature.empty", "payload"}, "whsec_x");
  CHECK(run.passed == Ids{"delivery.confirmed"});
  CHECK(run.failed == Ids{"signature.missing"});
  const Finding& told = run.findings.at("signature.missing");
  CHECK(told.expected == "valid events to be accepted afterwards");
  CHECK(told.observed == "valid events got 403 Forbidden from then on");
  CHECK(told.remedy.starts_with("do not ban a sender because of bad requests"));
  CHECK(told.evidence.requests.size() == 1);
  CHECK(run.lost == "no valid event was accepted since signature.missing (403 Forbidden)");
  CHECK(run.findings.at("payload.midnight").observed == *run.lost);
}

TEST_CASE("check_outages: a rate limit that lasts is not about rejected requests") {
  // Of valid events alone: the limit is reached within the burst.
  std::atomic<int> count = 0;
  LiveServer server([&](http::IncomingRequest&) { return response_of(++count > 30 ? 429 : 200); });
  const CheckRun run = run_against(server, {"delivery.confirmed", "delivery.concurrent"});
  REQUIRE(run.failed == Ids{"delivery.concurrent"});
  const Finding& told = run.findings.at("delivery.concurrent");
  REQUIRE(told.info);
  CHECK(told.info->title == "accepts events as fast as they arrive");
  CHECK(told.info->requirement.find("rejects") == std::string_view::npos);
  CHECK(told.expected == "a 2xx status for valid events");
  CHECK(told.remedy.starts_with("exempt Slotflow's deliveries from the rate limit"));
  // A lockout after failed attempts, with the same status.
  std::atomic<bool> locked = false;
  LiveServer locks([&](http::IncomingRequest& request) {
    http::OutgoingResponse response = judge(request);
    if (locked) return response_of(429);
    locked = response.status != 200;
    return response;
  });
  const CheckRun second = run_against(locks, {"signature.missing"}, "whsec_x");
  REQUIRE(second.failed == Ids{"signature.missing"});
  const Finding& lockout = second.findings.at("signature.missing");
  REQUIRE(lockout.info);
  CHECK(lockout.info->title == "still accepts valid events afterwards");
  CHECK(lockout.remedy.starts_with("do not ban a sender because of bad requests"));
}

TEST_CASE("check_outages: a burst that is rejected or waits has the remedy for it") {
  // The first events at once are quick; the others wait for a lock.
  std::atomic<int> count = 0;
  LiveServer waits([&](http::IncomingRequest&) {
    http::OutgoingResponse response = response_of(200);
    const int number = ++count % 50;
    if (number > 30) response.delay = Duration(1'500);
    return response;
  });
  const CheckRun slow = run_against(waits, {"delivery.concurrent-at-once"});
  REQUIRE(slow.failed == Ids{"delivery.concurrent-at-once"});
  CHECK(slow.findings.at("delivery.concurrent-at-once")
            .remedy.starts_with("hold each lock for a short time"));
  // Each burst but no single event is more than it takes.
  std::atomic<int> other = 0;
  LiveServer busy([&](http::IncomingRequest& request) {
    const std::string now = std::to_string(++other % 3);
    http::OutgoingResponse response = response_of(request.body.empty() || now != "0" ? 200 : 503);
    return response;
  });
  CHECK(run_against(busy, {"delivery.concurrent"})
            .findings.at("delivery.concurrent")
            .remedy.find("limit_req") != std::string::npos);
}

TEST_CASE("check_outages: a burst is repeated if some of it got no response") {
  // As if the machine was busy with something else: those with a response waited as long as others.
  std::atomic<int> count = 0;
  LiveServer server([&](http::IncomingRequest&) {
    http::OutgoingResponse response = response_of(200);
    const int number = ++count;
    if (number > 5 && number <= 45) response.delay = Duration(number % 2 == 0 ? 300 : 60'000);
    return response;
  });
  const Finding found = find_with(server, "delivery.concurrent");
  CHECK(found.verdict == CheckVerdict::passed);
  CHECK(found.observed.starts_with("50 of 50 at once were accepted"));
  CHECK(found.observed.find("; of 50 before, ") != std::string::npos);
}

TEST_CASE("check_outages: a handler that has stopped is reported once") {
  LiveServer server([](http::IncomingRequest& request) { return judge(request); });
  const CheckRun run = run_against(server, {"payload"}, "whsec_x", [&](std::string_view id) {
    if (id == "payload.metadata-null") server.stop();
  });
  CHECK(run.passed == Ids{"payload.metadata-null"});
  CHECK(run.failed == Ids{"payload.metadata-absent"});
  const Finding& told = run.findings.at("payload.metadata-absent");
  CHECK(told.observed ==
        "connection refused: the handler stopped listening before this check, perhaps because of a "
        "request of payload.metadata-null or an earlier check");
  CHECK(told.evidence.requests.empty());
  REQUIRE(told.info);
  CHECK(told.info->level == Level::must);
  CHECK(told.info->title == "still accepts valid events afterwards");
  CHECK(told.remedy.starts_with("look in the handler's log for the crash"));
  CHECK(run.skipped.size() == payload_checks().size() + booking_time_checks().size() - 2);
}

TEST_CASE("check_outages: a crash after the last response is reported") {
  // The handler ends with the event, and what stands in front of it says so.
  std::atomic<bool> ended = false;
  LiveServer server([&](http::IncomingRequest& request) {
    if (ended) return response_of(502);
    ended = request.body.find("\"metadata\":null") != std::string::npos;
    return response_of(200);
  });
  const CheckRun run = run_against(server, {"payload.metadata-null"});
  CHECK(run.failed == Ids{"payload.metadata-null"});
  CHECK(run.findings.at("payload.metadata-null").observed ==
        "valid events got 502 Bad Gateway from then on");
}

TEST_CASE("check_outages: a missing response is not a rejection, and is reported once") {
  LiveServer server([](http::IncomingRequest& request) {
    http::OutgoingResponse response = judge(request);
    if (response.status != 200) response.delay = Duration(60'000);
    return response;
  });
  const CheckRun run = run_against(server,
                                   {"signature.missing", "signature.empty", "signature.stale",
                                    "signature.refusal-status", "payload.midnight"},
                                   "whsec_x");
  CHECK(run.failed == Ids{"signature.missing"});
  CHECK(run.findings.at("signature.missing")
            .remedy.starts_with("return 4xx at once when you reject"));
  CHECK(run.findings.at("signature.stale").observed ==
        "rejected requests get no response: see signature.missing");
  CHECK(run.passed == Ids{"payload.midnight"});
}

TEST_CASE("check_outages: a rate limit is reported once, and is not a verdict on an event") {
  // As long as it lasts: every other request is one too many.
  std::atomic<int> count = 0;
  LiveServer server([&](http::IncomingRequest& request) {
    return ++count % 2 == 0 ? response_of(429) : judge(request);
  });
  CheckRun run =
      run_against(server, {"signature.missing", "signature.empty", "payload"}, "whsec_x");
  CHECK(run.failed.size() == 1);
  const Finding& told = run.findings.at(run.failed.front());
  CHECK(told.observed.find("429 Too Many Requests") != std::string::npos);
  CHECK(told.remedy.starts_with("exempt Slotflow's deliveries from the rate limit"));
}

TEST_CASE("check_outages: a rate limit with status 503, as of nginx, is reported once") {
  std::atomic<int> count = 0;
  LiveServer server(
      [&](http::IncomingRequest&) { return response_of(++count % 4 == 0 ? 503 : 200); });
  const CheckRun run = run_against(server, {"payload"});
  REQUIRE(run.failed == Ids{"payload.metadata-absent"});
  const Finding& told = run.findings.at("payload.metadata-absent");
  CHECK(told.observed == "503 Service Unavailable; when repeated, it passed");
  CHECK(told.remedy.starts_with("if this is a rate limit (nginx's limit_req returns 503)"));
  CHECK_FALSE(run.skipped.empty());
  CHECK(run.findings.at(run.skipped.front()).observed ==
        "the handler is rate-limiting, so this check proves nothing: see payload.metadata-absent");
}

TEST_CASE("check_outages: a check that gets 503 each time is not about a rate limit") {
  LiveServer server([](http::IncomingRequest& request) {
    return response_of(request.body.find("\"metadata\":null") == std::string::npos ? 200 : 503);
  });
  const CheckRun run = run_against(server, {"payload"});
  REQUIRE(run.failed == Ids{"payload.metadata-null"});
  CHECK(run.findings.at("payload.metadata-null").observed == "503 Service Unavailable");
  CHECK(run.findings.at("payload.metadata-null").remedy.empty());
}

TEST_CASE("check_outages: a handler that fails now and then is reported as inconsistent") {
  std::atomic<int> count = 0;
  LiveServer server([&](http::IncomingRequest&) { return response_of(++count == 4 ? 500 : 200); });
  const CheckRun run = run_against(server, {"payload"});
  REQUIRE(run.failed == Ids{"payload.metadata-absent"});
  CHECK(run.findings.at("payload.metadata-absent").observed ==
        "500 Internal Server Error; when repeated, it passed: the handler is inconsistent");
  CHECK_FALSE(run.lost);
}

TEST_CASE("check_outages: a handler that fails each tenth request is reported once") {
  std::atomic<int> count = 0, errors = 0;
  LiveServer server([&](http::IncomingRequest&) {
    http::OutgoingResponse response = response_of(++count % 10 == 0 ? 500 : 200);
    response.body = "no connection left in the pool\nat pool.js:7";
    return response;
  });
  const CheckRun run = run_for(server, {"delivery", "payload", "idempotency"}, Duration(2'000));
  CAPTURE(joined(run.failed, ", "));
  // The first one is wrong each time.
  REQUIRE(run.failed == Ids{"delivery.get", "delivery.concurrent"});
  CHECK(run.findings.at("delivery.get").observed.starts_with("200 OK"));
  const Finding& told = run.findings.at("delivery.concurrent");
  CHECK(
      told.observed.find("got 500 Internal Server Error (\"no connection left in the pool\"): the "
                         "handler is inconsistent") != std::string::npos);
  CHECK(told.remedy.starts_with("look in the handler's log for the intermittent error"));
  REQUIRE(told.info);
  CHECK(told.info->title == "accepts every valid event");
  CHECK_FALSE(run.lost);
  // A check whose own rule is broken, too, is still found.
  LiveServer both([&](http::IncomingRequest& request) {
    const bool is_null = request.body.find("\"metadata\":null") != std::string::npos;
    http::OutgoingResponse response = response_of(is_null || ++count % 10 == 0 ? 500 : 200);
    response.body = "error a" + std::to_string(++errors) + "f (\"see the log\")";
    return response;
  });
  const CheckRun second =
      run_for(both, {"delivery.concurrent", "payload.metadata-null"}, Duration(2'000));
  CHECK(second.failed == Ids{"delivery.concurrent", "payload.metadata-null"});
}

TEST_CASE("check_outages: one of many requests that fails each time is not chance") {
  // Accepts nine copies of an event, and fails each tenth request, whatever it is.
  std::atomic<int> count = 0;
  std::map<std::string, int> copies;
  LiveServer server([&](http::IncomingRequest& request) {
    const bool is_one_too_many = ++copies[request.body] > 9;
    return response_of(++count % 10 == 0 || is_one_too_many ? 500 : 200);
  });
  const CheckRun run =
      run_for(server, {"delivery.concurrent", "idempotency.at-once"}, Duration(2'000));
  CHECK(run.failed == Ids{"delivery.concurrent", "idempotency.at-once"});
}

TEST_CASE("check_outages: a ban for a moment is reported once, by the check that it is about") {
  std::atomic<bool> banned = false;
  LiveServer server([&](http::IncomingRequest& request) {
    if (banned.exchange(false)) return response_of(403);
    http::OutgoingResponse response = judge(request);
    banned = response.status != 200;
    return response;
  });
  const CheckRun run =
      run_for(server, {"signature.missing", "signature.empty", "signature.forged-copy"},
              Duration(2'000), "whsec_x");
  REQUIRE(run.failed == Ids{"signature.missing"});
  const Finding& told = run.findings.at("signature.missing");
  CHECK(told.observed == "for a moment, valid events got 403 Forbidden");
  CHECK(told.remedy.starts_with("do not ban a sender because of bad requests"));
  CHECK(run.findings.at("signature.empty").observed ==
        "the handler accepts no valid events for a moment after others, so this check proves "
        "nothing: "
        "see signature.missing");
  CHECK(run.skipped == Ids{"signature.empty", "signature.forged-copy"});
  CHECK_FALSE(run.lost);
}

TEST_CASE("check_outages: what fails each time is not part of a ban for a moment") {
  // A firewall in front returns the same status as the ban.
  std::atomic<bool> banned = false;
  LiveServer server([&](http::IncomingRequest& request) {
    if (banned.exchange(false)) return response_of(403);
    if (request.body.find("\"metadata\":null") != std::string::npos) return response_of(403);
    http::OutgoingResponse response = judge(request);
    banned = response.status != 200;
    return response;
  });
  const CheckRun run =
      run_for(server, {"signature.missing", "payload.metadata-null"}, Duration(2'000), "whsec_x");
  CHECK(run.failed == Ids{"signature.missing", "payload.metadata-null"});
}

TEST_CASE("check_outages: no response for a moment is not reported as a ban") {
  std::atomic<bool> held_up = false;
  LiveServer server([&](http::IncomingRequest& request) {
    http::OutgoingResponse response = judge(request);
    if (held_up.exchange(response.status != 200)) response.delay = Duration(60'000);
    return response;
  });
  const CheckRun run = run_against(
      server, {"signature.missing", "signature.empty"}, "whsec_x", [](std::string_view) {},
      Duration(300), Duration(2'000));
  REQUIRE(run.failed == Ids{"signature.missing"});
  const Finding& told = run.findings.at("signature.missing");
  CHECK(told.observed == "for a moment, valid events got no complete response within 300ms");
  CHECK(told.remedy.starts_with("do not let a bad request hold up"));
  CHECK_FALSE(run.lost);
}

TEST_CASE("check_outages: the search for inconsistency ends in time") {
  LiveServer server([](http::IncomingRequest& request) {
    return response_of(request.body.find("\"metadata\":null") == std::string::npos ? 200 : 500);
  });
  const HastyClock clock;
  const CheckRun run = run_against(
      server, {"payload.metadata-null"}, {}, [](std::string_view) {}, Duration(3'000), Duration(0),
      clock);
  CHECK(run.failed == Ids{"payload.metadata-null"});
  CHECK(server.requests().size() < 15);
}

TEST_CASE("check_outages: what differs from time to time") {
  CHECK(shape_of("") == "");
  CHECK(shape_of("500 Internal Server Error (\"id 7f (\"a\")\") for 45 of 50") ==
        "# Internal Server Error  for # of #");
  CHECK(shape_of("connection_reset (after 1.25 s)") == "connection_reset (after #.# s)");
  CHECK(shape_of("400 Bad Request") != shape_of("500 Internal Server Error"));
  CHECK(shape_of("a \") and (\" b") == "a \") and (\" b");
}

TEST_CASE("check_outages: a handler that fails each time is not reported as inconsistent") {
  LiveServer server([](http::IncomingRequest& request) {
    return response_of(request.body.find("\"metadata\":null") == std::string::npos ? 200 : 500);
  });
  const CheckRun run = run_against(server, {"payload"});
  REQUIRE(run.failed == Ids{"payload.metadata-null"});
  CHECK(run.findings.at("payload.metadata-null").observed == "500 Internal Server Error");
}

TEST_CASE("check_outages: a request that nothing listened to is not the one that was rejected") {
  LiveServer server([](http::IncomingRequest&) { return response_of(500); });
  const Interrupt never;
  const RunningClock clock;
  Subject subject;
  subject.url = parse_url("URL", "http://127.0.0.1:" + std::to_string(server.port()) + "/hook");
  BlockingClient client({}, never);
  LeakWatch leaks(std::nullopt);
  const Reply baseline;
  Driver driver(subject, client, clock, Random(7), baseline, never, leaks);
  driver.send(driver.request("the one"));
  server.stop();
  driver.send(driver.request("another"));
  CHECK(driver.trace().refused_connection);
  REQUIRE(driver.trace().last_rejected);
  CHECK(driver.trace().last_rejected->body.str() == "the one");
}
