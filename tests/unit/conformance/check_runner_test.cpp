#include "conformance/check_runner.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "support/check_runs.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

std::vector<std::string> bodies(LiveServer& server) {
  std::vector<std::string> bodies;
  for (const http::IncomingRequest& request : server.requests()) bodies.push_back(request.body);
  return bodies;
}

}  // namespace

TEST_CASE("check_runner: without a secret, checks are not skipped because of valid events") {
  LiveServer server([](http::IncomingRequest& request) { return judge(request); });
  const CheckRun run = run_against(server, {"leaks", "payload.metadata-null"});
  CHECK(run.skipped.size() == 7);
  CHECK(run.findings.at("leaks.secret").observed == "no secret was given");
  for (const std::string id : {"leaks.stack-trace", "payload.metadata-null"}) {
    CHECK(run.findings.at(id).observed ==
          "the handler rejects unsigned events (401 Unauthorized): give --secret");
  }
  LiveServer failing([](http::IncomingRequest&) { return response_of(503); });
  CHECK(run_against(failing, {"leaks.stack-trace"}).findings.at("leaks.stack-trace").observed ==
        "the handler does not accept valid events (503 Service Unavailable)");
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

TEST_CASE("check_runner: a page for GET is not an event that is accepted") {
  for (const std::string page : {"{\"status\":\"ok\"}", "received"}) {
    CAPTURE(page);
    LiveServer server([&](http::IncomingRequest& request) {
      http::OutgoingResponse response = response_of(200);
      response.body = request.head.method == "GET" ? page : "received";
      return response;
    });
    const CheckRun run = run_against(server, {"delivery.get"});
    const bool same = page == "received";
    CHECK(run.failed == (same ? Ids{"delivery.get"} : Ids{}));
    CHECK(run.findings.at("delivery.get").observed ==
          (same ? "200 OK (\"received\")" : "200 OK, not the response to an event"));
  }
}

TEST_CASE("check_runner: a redirect to https at the same URL needs the header of a proxy") {
  LiveServer server([](http::IncomingRequest&) {
    http::OutgoingResponse response = response_of(308);
    response.headers = {{"Location", "https://127.0.0.1/hook"}};
    return response;
  });
  const CheckRun run = run_against(server, {"delivery.no-redirect"});
  CHECK(run.findings.at("delivery.no-redirect").remedy.starts_with("the handler expects a proxy"));
}

TEST_CASE("check_runner: 429 counts as a rejection of an event that must be rejected") {
  LiveServer server([](http::IncomingRequest& request) { return judge(request, 429); });
  const CheckRun run = run_against(server, {"signature.missing", "signature.empty"}, "whsec_x");
  CHECK(run.passed == Ids{"signature.missing", "signature.empty"});
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
  const CheckRun run = run_against(server, {"leaks.secret"}, "whsec_0123456789");
  CHECK(run.failed == Ids{"leaks.secret"});
}

TEST_CASE("check_runner: the retry after a lost response may get what any duplicate gets") {
  std::set<std::string> seen;
  LiveServer server([&](http::IncomingRequest& request) {
    return response_of(seen.insert(request.body).second ? 200 : 409);
  });
  const CheckRun run = run_against(server, {"idempotency.lost-response"});
  REQUIRE(run.skipped == Ids{"idempotency.lost-response"});
  CHECK(run.findings.at("idempotency.lost-response").observed ==
        "any duplicate gets the same response (409 Conflict): see idempotency.repeated");
  // Another status than that of a duplicate is a failure.
  std::map<std::string, int> times;
  std::atomic<int> events = 0;
  LiveServer other([&](http::IncomingRequest& request) {
    if (times[request.body]++ == 0) return response_of((++events, 200));
    return response_of(events == 2 ? 500 : 200);  // the second event is the first of the check
  });
  const CheckRun second = run_against(other, {"idempotency.lost-response"});
  CHECK(second.failed == Ids{"idempotency.lost-response"});
}

TEST_CASE("check_runner: a defect is reported by the first check that meets it") {
  // Accepts no cancellations, and no duplicates.
  std::set<std::string> seen;
  LiveServer server([&](http::IncomingRequest& request) {
    const std::string id = request.body.substr(0, request.body.find("\"human_id\""));
    const bool is_new = seen.insert(id.substr(id.find("\"data\":"))).second;
    return response_of(is_new && request.body.find("booking.cancelled") == std::string::npos ? 200
                                                                                             : 409);
  });
  const CheckRun run = run_against(server, {"delivery.cancelled", "idempotency"});
  CHECK(run.failed == Ids{"delivery.cancelled", "idempotency.repeated"});
  CHECK(run.findings.at("idempotency.at-once").observed ==
        "it would probably fail for the same reason as idempotency.repeated");
  CHECK(run.findings.at("idempotency.cancel-before-confirm").observed ==
        "it would probably fail for the same reason as delivery.cancelled");
  // Alone, they find it themselves.
  CHECK(run_against(server, {"idempotency.confirm-then-cancel"}).failed ==
        Ids{"idempotency.confirm-then-cancel"});
}

TEST_CASE("check_runner: any status other than 2xx rejects a forged event") {
  for (const int status : {302, 404, 500}) {
    CAPTURE(status);
    LiveServer server([&](http::IncomingRequest& request) { return judge(request, status); });
    const CheckRun run = run_against(
        server, {"signature.missing", "signature.empty", "signature.refusal-status"}, "whsec_x");
    CHECK(run.failed == (status == 404 ? Ids{} : Ids{"signature.refusal-status"}));
  }
}

TEST_CASE(
    "check_runner: a handler that returns 200 to everything passes no check of how it verifies") {
  LiveServer server;
  const CheckRun run = run_against(server, {"signature"}, "whsec_x");
  CHECK(run.passed ==
        Ids{"signature.valid", "signature.four-minutes-old", "signature.four-minutes-ahead"});
  Ids unproven = run.skipped;
  for (const std::string id : {"six-minutes-old", "day-old", "two-timestamps",
                               "disguised-timestamp"}) {  // it accepts old events
    CHECK(std::erase(unproven, "signature." + id) == 1);
  }
  CHECK(unproven == Ids{"signature.forged-copy", "signature.refusal-status",
                        "signature.every-request", "signature.other-methods", "signature.chunked",
                        "signature.at-once", "signature.after-valid", "signature.odd-header",
                        "signature.keep-alive", "signature.header-case", "signature.swapped-order",
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
      if (!header || (!verifies_empty_bodies && request.body.empty())) return response_of(200);
      const std::string t(header->substr(2, header->find(',') - 2));
      return response_of(*header == sign("whsec_x", std::stoll(t), request.body) ? 200 : 401);
    };
  };
  const Ids ids{"signature.every-request", "signature.raw-body"};
  LiveServer careful(handler(true));
  const CheckRun skipped = run_against(careful, ids, "whsec_x");
  CHECK(skipped.passed == Ids{"signature.raw-body"});
  CHECK(skipped.findings.at("signature.every-request").observed ==
        "the handler accepts forged events: see signature.missing");
  LiveServer careless(handler(false));
  const CheckRun failed = run_against(careless, ids, "whsec_x");
  CHECK(failed.failed == Ids{"signature.every-request"});
  CHECK(failed.findings.at("signature.every-request").observed ==
        "200 OK for an empty body with a wrong signature");
}

TEST_CASE("check_runner: checks that wait for a missing response prove nothing alone") {
  LiveServer server([](http::IncomingRequest& request) {
    http::OutgoingResponse response = response_of(200);
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
    const CheckRun run =
        run_against(server, {id}, "whsec_x", [](std::string_view) {}, Duration(500));
    CHECK(run.skipped == Ids{id});
    CHECK(run.findings.at(id).observed == reason);
  }
}
