#include "conformance/check_runner.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "conformance/reach.h"
#include "conformance/suite.h"
#include "domain/signature.h"
#include "domain/text.h"
#include "support/fake_clock.h"
#include "support/live_server.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

using Ids = std::vector<std::string>;

struct Run {
  Ids failed, skipped, passed;
  std::map<std::string, Finding> findings;
  std::optional<std::string> lost;
};

// Its time of day stands still, but the time that passes is real.
class RunningClock : public FakeClock {
 public:
  SteadyTime steady() const override { return steady_now(); }
};

// A second passes each time that somebody looks.
class HastyClock : public FakeClock {
 public:
  SteadyTime steady() const override { return steady_now() + std::chrono::seconds(++looks_); }

 private:
  mutable std::atomic<int> looks_ = 0;
};

// Checks a server in this process. Calls `after` after each check.
Run run_against(
    const LiveServer& server, const Ids& only, std::optional<std::string> secret = std::nullopt,
    const std::function<void(std::string_view id)>& after = [](std::string_view) {},
    Duration timeout = Duration(3'000), Duration recovery = Duration(0),
    const Clock& clock = RunningClock()) {
  const Interrupt never;
  Subject subject;
  subject.url = parse_url("URL", "http://127.0.0.1:" + std::to_string(server.port()) + "/hook");
  subject.secret = std::move(secret);
  subject.recovery = recovery;
  subject.aftermath = Duration(0);
  subject.timeout = timeout;
  BlockingClient client({}, never);
  LeakWatch leaks(subject.secret);
  const Reply baseline = reach(subject, client, clock, never, 7, leaks);
  Run run;
  run.lost = run_checks(select_checks(only, {}), subject, client, clock, 7, baseline, never, leaks,
                        [&](const Check& check, const Finding& finding) {
                          const std::string id(check.info.id);
                          run.findings[id] = finding;
                          if (finding.verdict == CheckVerdict::passed) run.passed.push_back(id);
                          if (finding.verdict == CheckVerdict::failed) run.failed.push_back(id);
                          if (finding.verdict == CheckVerdict::skipped) run.skipped.push_back(id);
                          after(id);
                          return true;
                        });
  return run;
}

// As above, with time to accept valid events again.
Run run_for(const LiveServer& server, const Ids& only, Duration recovery,
            std::optional<std::string> secret = std::nullopt) {
  return run_against(
      server, only, std::move(secret), [](std::string_view) {}, Duration(3'000), recovery);
}

std::vector<std::string> bodies(LiveServer& server) {
  std::vector<std::string> bodies;
  for (const http::IncomingRequest& request : server.requests()) bodies.push_back(request.body);
  return bodies;
}

http::OutgoingResponse response_with(int status) {
  http::OutgoingResponse response;
  response.status = status;
  return response;
}

// A handler that accepts any request with a signature, and returns `status` for others.
http::OutgoingResponse judge(http::IncomingRequest& request, int status = 401) {
  const auto header = find_header(request.head.headers, "X-Slotflow-Signature");
  return response_with(header && header->size() > 60 ? 200 : status);
}

}  // namespace

TEST_CASE("check_runner: without a secret, checks are not skipped because of valid events") {
  LiveServer server([](http::IncomingRequest& request) { return judge(request); });
  const Run run = run_against(server, {"leaks", "payload.metadata-null"});
  CHECK(run.skipped.size() == 5);
  CHECK(run.findings.at("leaks.secret").observed == "no secret was given");
  for (const std::string id : {"leaks.stack-trace", "payload.metadata-null"}) {
    CHECK(run.findings.at(id).observed ==
          "the handler rejects unsigned events (401 Unauthorized): give --secret");
  }
  LiveServer failing([](http::IncomingRequest&) { return response_with(503); });
  CHECK(run_against(failing, {"leaks.stack-trace"}).findings.at("leaks.stack-trace").observed ==
        "the handler does not accept valid events (503 Service Unavailable)");
}

TEST_CASE("check_runner: a handler that rejects everything is reported once") {
  LiveServer server([](http::IncomingRequest&) {
    http::OutgoingResponse response;
    response.status = 503;
    return response;
  });
  const Run run = run_against(server, {"delivery", "payload", "idempotency"});
  CHECK(run.failed == Ids{"delivery.confirmed"});
  CHECK(run.passed.empty());
}

TEST_CASE("check_runner: a handler that redirects is reported once") {
  LiveServer server([](http::IncomingRequest&) {
    http::OutgoingResponse response;
    response.status = 308;
    response.headers = {{"Location", "/hook/"}};
    return response;
  });
  CHECK(run_against(server, {"delivery", "signature", "malformed"}, "whsec_x").failed ==
        Ids{"delivery.no-redirect"});
}

TEST_CASE("check_runner: a check sends the same bookings whichever checks run") {
  LiveServer alone, together;
  run_against(alone, {"payload.midnight"});
  run_against(together, {"payload"});
  const auto one = bodies(alone).at(1);  // after the baseline, and before the last probe
  const auto all = bodies(together);
  CHECK(std::ranges::count(all, one) == 1);
  std::set<std::string> ids;
  for (const std::string& body : all) {  // a cancellation has the id of its confirmation
    const std::string event = body.substr(0, body.find("\"created_at\""));
    ids.insert(event + body.substr(body.find("\"data\":{\"id\""), 50));
  }
  CHECK(ids.size() == all.size());  // a booking of its own for each
}

TEST_CASE("check_runner: without a secret no event is signed") {
  LiveServer server;
  run_against(server, {"delivery.confirmed"});
  for (const http::IncomingRequest& request : server.requests()) {
    CHECK_FALSE(find_header(request.head.headers, "X-Slotflow-Signature"));
  }
}

TEST_CASE("check_runner: a rejection counts only while valid events are accepted") {
  std::atomic<bool> banned = false;
  LiveServer server([&](http::IncomingRequest& request) {
    http::OutgoingResponse response = judge(request);
    if (response.status != 200) banned = true;
    return banned ? response_with(403) : response;
  });
  const Run run = run_against(
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

TEST_CASE("check_runner: a rate limit that lasts is not about rejected requests") {
  // Of valid events alone: the limit is reached within the burst.
  std::atomic<int> count = 0;
  LiveServer server(
      [&](http::IncomingRequest&) { return response_with(++count > 30 ? 429 : 200); });
  const Run run = run_against(server, {"delivery.confirmed", "delivery.concurrent"});
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
    if (locked) return response_with(429);
    locked = response.status != 200;
    return response;
  });
  const Run second = run_against(locks, {"signature.missing"}, "whsec_x");
  REQUIRE(second.failed == Ids{"signature.missing"});
  const Finding& lockout = second.findings.at("signature.missing");
  REQUIRE(lockout.info);
  CHECK(lockout.info->title == "still accepts valid events afterwards");
  CHECK(lockout.remedy.starts_with("do not ban a sender because of bad requests"));
}

TEST_CASE("check_runner: a burst that is rejected or waits has the remedy for it") {
  // The first events at once are quick; the others wait for a lock.
  std::atomic<int> count = 0;
  LiveServer waits([&](http::IncomingRequest&) {
    http::OutgoingResponse response = response_with(200);
    const int number = ++count % 50;
    if (number > 30) response.delay = Duration(1'500);
    return response;
  });
  const Run slow = run_against(waits, {"delivery.concurrent-at-once"});
  REQUIRE(slow.failed == Ids{"delivery.concurrent-at-once"});
  CHECK(slow.findings.at("delivery.concurrent-at-once")
            .remedy.starts_with("hold each lock for a short time"));
  // Each burst but no single event is more than it takes.
  std::atomic<int> other = 0;
  LiveServer busy([&](http::IncomingRequest& request) {
    const std::string now = std::to_string(++other % 3);
    http::OutgoingResponse response = response_with(request.body.empty() || now != "0" ? 200 : 503);
    return response;
  });
  CHECK(run_against(busy, {"delivery.concurrent"})
            .findings.at("delivery.concurrent")
            .remedy.find("limit_req") != std::string::npos);
}

TEST_CASE("check_runner: a page for GET is not an event that is accepted") {
  for (const std::string page : {"{\"status\":\"ok\"}", "received"}) {
    CAPTURE(page);
    LiveServer server([&](http::IncomingRequest& request) {
      http::OutgoingResponse response = response_with(200);
      response.body = request.head.method == "GET" ? page : "received";
      return response;
    });
    const Run run = run_against(server, {"delivery.get"});
    const bool same = page == "received";
    CHECK(run.failed == (same ? Ids{"delivery.get"} : Ids{}));
    CHECK(run.findings.at("delivery.get").observed ==
          (same ? "200 OK (\"received\")" : "200 OK, not the response to an event"));
  }
}

TEST_CASE("check_runner: a redirect to https at the same URL needs the header of a proxy") {
  LiveServer server([](http::IncomingRequest&) {
    http::OutgoingResponse response = response_with(308);
    response.headers = {{"Location", "https://127.0.0.1/hook"}};
    return response;
  });
  const Run run = run_against(server, {"delivery.no-redirect"});
  CHECK(run.findings.at("delivery.no-redirect").remedy.starts_with("the handler expects a proxy"));
}

TEST_CASE("check_runner: a handler that has stopped is reported once") {
  LiveServer server([](http::IncomingRequest& request) { return judge(request); });
  const Run run = run_against(server, {"payload"}, "whsec_x", [&](std::string_view id) {
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

TEST_CASE("check_runner: a crash after the last response is reported") {
  // The handler ends with the event, and what stands in front of it says so.
  std::atomic<bool> ended = false;
  LiveServer server([&](http::IncomingRequest& request) {
    if (ended) return response_with(502);
    ended = request.body.find("\"metadata\":null") != std::string::npos;
    return response_with(200);
  });
  const Run run = run_against(server, {"payload.metadata-null"});
  CHECK(run.failed == Ids{"payload.metadata-null"});
  CHECK(run.findings.at("payload.metadata-null").observed ==
        "valid events got 502 Bad Gateway from then on");
}

TEST_CASE("check_runner: a missing response is not a rejection, and is reported once") {
  LiveServer server([](http::IncomingRequest& request) {
    http::OutgoingResponse response = judge(request);
    if (response.status != 200) response.delay = Duration(60'000);
    return response;
  });
  const Run run = run_against(server,
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

TEST_CASE("check_runner: a rate limit is reported once, and is not a verdict on an event") {
  // As long as it lasts: every other request is one too many.
  std::atomic<int> count = 0;
  LiveServer server([&](http::IncomingRequest& request) {
    return ++count % 2 == 0 ? response_with(429) : judge(request);
  });
  Run run = run_against(server, {"signature.missing", "signature.empty", "payload"}, "whsec_x");
  CHECK(run.failed.size() == 1);
  const Finding& told = run.findings.at(run.failed.front());
  CHECK(told.observed.find("429 Too Many Requests") != std::string::npos);
  CHECK(told.remedy.starts_with("exempt Slotflow's deliveries from the rate limit"));
}

TEST_CASE("check_runner: a rate limit with status 503, as of nginx, is reported once") {
  std::atomic<int> count = 0;
  LiveServer server(
      [&](http::IncomingRequest&) { return response_with(++count % 4 == 0 ? 503 : 200); });
  const Run run = run_against(server, {"payload"});
  REQUIRE(run.failed == Ids{"payload.metadata-absent"});
  const Finding& told = run.findings.at("payload.metadata-absent");
  CHECK(told.observed == "503 Service Unavailable; when repeated, it passed");
  CHECK(told.remedy.starts_with("if this is a rate limit (nginx's limit_req returns 503)"));
  CHECK_FALSE(run.skipped.empty());
  CHECK(run.findings.at(run.skipped.front()).observed ==
        "the handler is rate-limiting, so this check proves nothing: see payload.metadata-absent");
}

TEST_CASE("check_runner: a check that gets 503 each time is not about a rate limit") {
  LiveServer server([](http::IncomingRequest& request) {
    return response_with(request.body.find("\"metadata\":null") == std::string::npos ? 200 : 503);
  });
  const Run run = run_against(server, {"payload"});
  REQUIRE(run.failed == Ids{"payload.metadata-null"});
  CHECK(run.findings.at("payload.metadata-null").observed == "503 Service Unavailable");
  CHECK(run.findings.at("payload.metadata-null").remedy.empty());
}

TEST_CASE("check_runner: 429 counts as a rejection of an event that must be rejected") {
  LiveServer server([](http::IncomingRequest& request) { return judge(request, 429); });
  const Run run = run_against(server, {"signature.missing", "signature.empty"}, "whsec_x");
  CHECK(run.passed == Ids{"signature.missing", "signature.empty"});
}

TEST_CASE("check_runner: a handler that fails now and then is reported as inconsistent") {
  std::atomic<int> count = 0;
  LiveServer server(
      [&](http::IncomingRequest&) { return response_with(++count == 4 ? 500 : 200); });
  const Run run = run_against(server, {"payload"});
  REQUIRE(run.failed == Ids{"payload.metadata-absent"});
  CHECK(run.findings.at("payload.metadata-absent").observed ==
        "500 Internal Server Error; when repeated, it passed: the handler is inconsistent");
  CHECK_FALSE(run.lost);
}

TEST_CASE("check_runner: a handler that fails each tenth request is reported once") {
  std::atomic<int> count = 0, errors = 0;
  LiveServer server([&](http::IncomingRequest&) {
    http::OutgoingResponse response = response_with(++count % 10 == 0 ? 500 : 200);
    response.body = "no connection left in the pool\nat pool.js:7";
    return response;
  });
  const Run run = run_for(server, {"delivery", "payload", "idempotency"}, Duration(2'000));
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
    http::OutgoingResponse response = response_with(is_null || ++count % 10 == 0 ? 500 : 200);
    response.body = "error a" + std::to_string(++errors) + "f (\"see the log\")";
    return response;
  });
  const Run second =
      run_for(both, {"delivery.concurrent", "payload.metadata-null"}, Duration(2'000));
  CHECK(second.failed == Ids{"delivery.concurrent", "payload.metadata-null"});
}

TEST_CASE("check_runner: one of many requests that fails each time is not chance") {
  // Accepts nine copies of an event, and fails each tenth request, whatever it is.
  std::atomic<int> count = 0;
  std::map<std::string, int> copies;
  LiveServer server([&](http::IncomingRequest& request) {
    const bool is_one_too_many = ++copies[request.body] > 9;
    return response_with(++count % 10 == 0 || is_one_too_many ? 500 : 200);
  });
  const Run run = run_for(server, {"delivery.concurrent", "idempotency.at-once"}, Duration(2'000));
  CHECK(run.failed == Ids{"delivery.concurrent", "idempotency.at-once"});
}

TEST_CASE("check_runner: a ban for a moment is reported once, by the check that it is about") {
  std::atomic<bool> banned = false;
  LiveServer server([&](http::IncomingRequest& request) {
    if (banned.exchange(false)) return response_with(403);
    http::OutgoingResponse response = judge(request);
    banned = response.status != 200;
    return response;
  });
  const Run run = run_for(server, {"signature.missing", "signature.empty", "signature.forged-copy"},
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

TEST_CASE("check_runner: what fails each time is not part of a ban for a moment") {
  // A firewall in front returns the same status as the ban.
  std::atomic<bool> banned = false;
  LiveServer server([&](http::IncomingRequest& request) {
    if (banned.exchange(false)) return response_with(403);
    if (request.body.find("\"metadata\":null") != std::string::npos) return response_with(403);
    http::OutgoingResponse response = judge(request);
    banned = response.status != 200;
    return response;
  });
  const Run run =
      run_for(server, {"signature.missing", "payload.metadata-null"}, Duration(2'000), "whsec_x");
  CHECK(run.failed == Ids{"signature.missing", "payload.metadata-null"});
}

TEST_CASE("check_runner: no response for a moment is not reported as a ban") {
  std::atomic<bool> held_up = false;
  LiveServer server([&](http::IncomingRequest& request) {
    http::OutgoingResponse response = judge(request);
    if (held_up.exchange(response.status != 200)) response.delay = Duration(60'000);
    return response;
  });
  const Run run = run_against(
      server, {"signature.missing", "signature.empty"}, "whsec_x", [](std::string_view) {},
      Duration(300), Duration(2'000));
  REQUIRE(run.failed == Ids{"signature.missing"});
  const Finding& told = run.findings.at("signature.missing");
  CHECK(told.observed == "for a moment, valid events got no complete response within 300ms");
  CHECK(told.remedy.starts_with("do not let a bad request hold up"));
  CHECK_FALSE(run.lost);
}

TEST_CASE("check_runner: the search for inconsistency ends in time") {
  LiveServer server([](http::IncomingRequest& request) {
    return response_with(request.body.find("\"metadata\":null") == std::string::npos ? 200 : 500);
  });
  const HastyClock clock;
  const Run run = run_against(
      server, {"payload.metadata-null"}, {}, [](std::string_view) {}, Duration(3'000), Duration(0),
      clock);
  CHECK(run.failed == Ids{"payload.metadata-null"});
  CHECK(server.requests().size() < 15);
}

TEST_CASE("check_runner: what differs from time to time") {
  CHECK(shape_of("") == "");
  CHECK(shape_of("500 Internal Server Error (\"id 7f (\"a\")\") for 45 of 50") ==
        "# Internal Server Error  for # of #");
  CHECK(shape_of("connection_reset (after 1.25 s)") == "connection_reset (after #.# s)");
  CHECK(shape_of("400 Bad Request") != shape_of("500 Internal Server Error"));
  CHECK(shape_of("a \") and (\" b") == "a \") and (\" b");
}

TEST_CASE("check_runner: the responses before the first check are searched for leaks, too") {
  std::atomic<int> count = 0;
  LiveServer server([&](http::IncomingRequest& request) {
    http::OutgoingResponse response = judge(request);
    if (++count > 1) return response;
    response.status = 500;
    response.body = "cannot verify with whsec_0123456789";
    return response;
  });
  const Run run = run_against(server, {"leaks.secret"}, "whsec_0123456789");
  CHECK(run.failed == Ids{"leaks.secret"});
}

TEST_CASE("check_runner: the retry after a lost response may get what any duplicate gets") {
  std::set<std::string> seen;
  LiveServer server([&](http::IncomingRequest& request) {
    return response_with(seen.insert(request.body).second ? 200 : 409);
  });
  const Run run = run_against(server, {"idempotency.lost-response"});
  REQUIRE(run.skipped == Ids{"idempotency.lost-response"});
  CHECK(run.findings.at("idempotency.lost-response").observed ==
        "any duplicate gets the same response (409 Conflict): see idempotency.repeated");
  // Another status than that of a duplicate is a failure.
  std::map<std::string, int> times;
  std::atomic<int> events = 0;
  LiveServer other([&](http::IncomingRequest& request) {
    if (times[request.body]++ == 0) return response_with((++events, 200));
    return response_with(events == 2 ? 500 : 200);  // the second event is the first of the check
  });
  const Run second = run_against(other, {"idempotency.lost-response"});
  CHECK(second.failed == Ids{"idempotency.lost-response"});
}

TEST_CASE("check_runner: a defect is reported by the first check that meets it") {
  // Accepts no cancellations, and no duplicates.
  std::set<std::string> seen;
  LiveServer server([&](http::IncomingRequest& request) {
    const std::string id = request.body.substr(0, request.body.find("\"human_id\""));
    const bool is_new = seen.insert(id.substr(id.find("\"data\":"))).second;
    return response_with(
        is_new && request.body.find("booking.cancelled") == std::string::npos ? 200 : 409);
  });
  const Run run = run_against(server, {"delivery.cancelled", "idempotency"});
  CHECK(run.failed == Ids{"delivery.cancelled", "idempotency.repeated"});
  CHECK(run.findings.at("idempotency.at-once").observed ==
        "it would probably fail for the same reason as idempotency.repeated");
  CHECK(run.findings.at("idempotency.cancel-before-confirm").observed ==
        "it would probably fail for the same reason as delivery.cancelled");
  // Alone, they find it themselves.
  CHECK(run_against(server, {"idempotency.confirm-then-cancel"}).failed ==
        Ids{"idempotency.confirm-then-cancel"});
}

TEST_CASE("check_runner: a handler that fails each time is not reported as inconsistent") {
  LiveServer server([](http::IncomingRequest& request) {
    return response_with(request.body.find("\"metadata\":null") == std::string::npos ? 200 : 500);
  });
  const Run run = run_against(server, {"payload"});
  REQUIRE(run.failed == Ids{"payload.metadata-null"});
  CHECK(run.findings.at("payload.metadata-null").observed == "500 Internal Server Error");
}

TEST_CASE("check_runner: any status other than 2xx rejects a forged event") {
  for (const int status : {302, 404, 500}) {
    CAPTURE(status);
    LiveServer server([&](http::IncomingRequest& request) { return judge(request, status); });
    const Run run = run_against(
        server, {"signature.missing", "signature.empty", "signature.refusal-status"}, "whsec_x");
    CHECK(run.failed == (status == 404 ? Ids{} : Ids{"signature.refusal-status"}));
  }
}

TEST_CASE(
    "check_runner: a handler that returns 200 to everything passes no check of how it verifies") {
  LiveServer server;
  const Run run = run_against(server, {"signature"}, "whsec_x");
  CHECK(run.passed ==
        Ids{"signature.valid", "signature.four-minutes-old", "signature.four-minutes-ahead"});
  Ids unproven = run.skipped;
  for (const std::string id : {"six-minutes-old", "day-old", "two-timestamps",
                               "disguised-timestamp"}) {  // it accepts old events
    CHECK(std::erase(unproven, "signature." + id) == 1);
  }
  CHECK(unproven == Ids{"signature.forged-copy", "signature.refusal-status",
                        "signature.every-request", "signature.other-methods", "signature.chunked",
                        "signature.after-valid", "signature.odd-header", "signature.keep-alive",
                        "signature.header-case", "signature.swapped-order",
                        "signature.unknown-scheme", "signature.first-of-two",
                        "signature.second-of-two", "signature.raw-body", "signature.clock"});
  for (const std::string& id : unproven) {
    CAPTURE(id);
    CHECK(run.findings.at(id).observed ==
          "the handler accepts forged events: see signature.missing");
  }
}

TEST_CASE("check_runner: a handler that accepts one kind of forgery is judged by the other") {
  // Verifies the header if there is one.
  const auto handler = [](bool verifies_empty_bodies) {
    return [=](http::IncomingRequest& request) {
      const auto header = find_header(request.head.headers, "X-Slotflow-Signature");
      if (!header || (!verifies_empty_bodies && request.body.empty())) return response_with(200);
      const std::string t(header->substr(2, header->find(',') - 2));
      return response_with(*header == sign("whsec_x", std::stoll(t), request.body) ? 200 : 401);
    };
  };
  const Ids ids{"signature.every-request", "signature.raw-body"};
  LiveServer careful(handler(true));
  const Run skipped = run_against(careful, ids, "whsec_x");
  CHECK(skipped.passed == Ids{"signature.raw-body"});
  CHECK(skipped.findings.at("signature.every-request").observed ==
        "the handler accepts forged events: see signature.missing");
  LiveServer careless(handler(false));
  const Run failed = run_against(careless, ids, "whsec_x");
  CHECK(failed.failed == Ids{"signature.every-request"});
  CHECK(failed.findings.at("signature.every-request").observed ==
        "200 OK for an empty body with a wrong signature");
}

TEST_CASE("check_runner: checks that wait for a missing response prove nothing alone") {
  LiveServer server([](http::IncomingRequest& request) {
    http::OutgoingResponse response = response_with(200);
    if (!request.body.starts_with("{\"event\":")) response.delay = Duration(60'000);
    return response;
  });
  for (const auto& [id, reason] :
       {std::pair("malformed.recovers",
                  "a malformed request got no response: see the other checks of malformed"),
        std::pair("malformed.delayed-crash",
                  "a malformed request got no response: see the other checks of malformed"),
        std::pair("leaks.stack-trace",
                  "a request got no response, so not every response could be searched")}) {
    CAPTURE(id);
    const Run run = run_against(server, {id}, "whsec_x", [](std::string_view) {}, Duration(500));
    CHECK(run.skipped == Ids{id});
    CHECK(run.findings.at(id).observed == reason);
  }
}
