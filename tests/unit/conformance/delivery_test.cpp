#include <atomic>

#include <doctest/doctest.h>

#include "support/check_runs.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

Reply replied(int status, std::chrono::microseconds duration, std::string body = "") {
  Reply reply;
  reply.result = Response{.status = status, .headers = {}, .body = std::move(body)};
  reply.duration = duration;
  return reply;
}

Reply timed_out_reply() {
  Reply reply;
  reply.result = Failure{FailureKind::timeout};
  return reply;
}

// Returns what the check finds if `baseline` was the reply to the first events.
Finding find_after(const Reply& baseline, const LiveServer& server, const std::string& id) {
  const Interrupt never;
  const RunningClock clock;
  Subject subject;
  subject.url = parse_url("URL", "http://127.0.0.1:" + std::to_string(server.port()) + "/hook");
  BlockingClient client({}, never);
  LeakWatch leaks(subject.secret);
  Driver driver(subject, client, clock, Random(7), baseline, never, leaks);
  return find_check("--only", id).run(driver);
}

constexpr std::chrono::microseconds kQuick = std::chrono::milliseconds(1);
constexpr std::chrono::microseconds kSlow = std::chrono::milliseconds(1'500);

// A handler that gives `get` to GET, and 200 with `post` to others.
LiveServer::Handler responding_to_get(http::OutgoingResponse get, std::string post) {
  return [get = std::move(get), post = std::move(post)](http::IncomingRequest& request) {
    return request.head.method == "GET" ? get : response_of(200, post);
  };
}

}  // namespace

TEST_CASE("delivery.at-once: a quick rejection is no quick response") {
  const LiveServer rejecting([](http::IncomingRequest&) { return response_of(500); });
  const Finding finding = find_after(replied(200, kSlow), rejecting, "delivery.at-once");
  CHECK((finding.verdict == CheckVerdict::failed));
  CHECK(finding.observed == "1.5 s at best");
}

TEST_CASE("delivery.at-once: the quickest of three accepted events counts") {
  std::atomic<int> count = 0;
  const LiveServer server(
      [&](http::IncomingRequest&) { return response_of(++count == 1 ? 500 : 200); });
  const Finding finding = find_after(replied(200, kSlow), server, "delivery.at-once");
  CHECK((finding.verdict == CheckVerdict::passed));
  CHECK(count == 2);
}

TEST_CASE("delivery.in-time: only an accepted event shows that the first ones met a cold start") {
  const LiveServer accepting([](http::IncomingRequest&) { return response_of(200); });
  const Finding cold = find_after(timed_out_reply(), accepting, "delivery.in-time");
  CHECK((cold.verdict == CheckVerdict::passed));

  const LiveServer rejecting([](http::IncomingRequest&) { return response_of(500, "no pool"); });
  const Finding finding = find_after(timed_out_reply(), rejecting, "delivery.in-time");
  CHECK((finding.verdict == CheckVerdict::failed));
  CHECK(finding.expected == "a complete response within 10s");
  CHECK(finding.observed ==
        "no complete response within 10s; another event got: 500 Internal Server Error (\"no "
        "pool\")");
}

TEST_CASE("delivery.get: the response to an event, but for its ids and times, is none to a GET") {
  const std::pair<const char*, const char*> same[] = {
      {"", ""},
      {R"({"received":true,"id":"0b9f7c52-11aa-4c3e-9d53-0e2f6f1c7a10"})",
       R"({"received":true,"id":"f3d0a1b4-7be2-4a6f-8c0d-5b1e9a7d2c46"})"},
      {R"({"ok":true,"at":"2026-03-10T14:05:00.123Z","count":9})",
       R"({"ok":true,"at":"2026-03-10T14:05:01Z","count":10})"},
      {"received as x9+4/bQ==", "received as /7aZk+0="},
      {"<p>Received in 0.8 ms</p>", "<p>Received in 12 ms</p>"},
  };
  for (const auto& [to_event, to_get] : same) {
    CAPTURE(std::string(to_get));
    const LiveServer server(responding_to_get(response_of(200, to_get), to_event));
    const Finding finding = find_after(replied(200, kQuick, to_event), server, "delivery.get");
    CHECK((finding.verdict == CheckVerdict::failed));
  }
}

TEST_CASE("delivery.get: a page of its own is not the response to an event") {
  const std::pair<const char*, const char*> different[] = {
      {"", "ok"},
      {R"({"received":true})", R"({"status":"ok"})"},
      {R"({"received":true,"id":17})", R"({"received":0,"id":17})"},
      {R"({"id":17})", R"({"id":17,"uptime":1234})"},
  };
  for (const auto& [to_event, to_get] : different) {
    CAPTURE(std::string(to_get));
    const LiveServer server(responding_to_get(response_of(200, to_get), to_event));
    const Finding finding = find_after(replied(200, kQuick, to_event), server, "delivery.get");
    CHECK((finding.verdict == CheckVerdict::passed));
    CHECK(finding.observed == "200 OK, not the response to an event");
  }
  const LiveServer other_status(responding_to_get(response_of(204), "17"));
  CHECK((find_after(replied(200, kQuick, "17"), other_status, "delivery.get").verdict ==
         CheckVerdict::passed));
}

TEST_CASE("delivery: valid events that are rejected only at once are no matter of workers") {
  std::atomic<int> count = 0;
  LiveServer server([&](http::IncomingRequest&) { return response_of(++count % 10 ? 200 : 401); });
  for (const std::string id : {"delivery.concurrent", "delivery.concurrent-at-once"}) {
    const Finding finding = find_after(replied(200, kQuick), server, id);
    CHECK((finding.verdict == CheckVerdict::failed));
    CHECK(finding.remedy.starts_with("keep nothing of a request"));
  }
}
