#include <list>
#include <thread>

#include <doctest/doctest.h>

#include "support/enum_words.h"
#include "support/live_receiver.h"
#include "support/temp_dir.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

const std::string kSecret = "whsec_0123456789abcdefghijklmnopqrstuv";

std::string signed_post(const std::string& body, std::int64_t t,
                        const std::string& secret = kSecret) {
  return post(body, "/", "X-Slotflow-Signature: " + sign(secret, t, body) + "\r\n");
}

// The statuses in the order of the numbers, for `total` requests from `clients` clients at once.
std::vector<int> statuses(const FaultPlan& plan, int total, int clients) {
  ReceiverOptions options;
  options.plan = plan;
  LiveReceiver live(options);
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&] {
      RawClient client(live.port());
      for (int k = 0; k < total / clients; ++k) {
        client.send(post("{}"));
        client.response();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<int> result;
  for (const ReceivedRequest& request : live.stop()) {
    CHECK(request.n == result.size() + 1);
    result.push_back(request.status.value_or(0));
  }
  return result;
}

}  // namespace

TEST_CASE("receiver: a fail rate of 0 never fails, of 1 always") {
  FaultPlan plan;
  plan.seed = 7;
  CHECK(statuses(plan, 200, 4) == std::vector<int>(200, 200));
  plan.fail_rate = 1;
  CHECK(statuses(plan, 200, 4) == std::vector<int>(200, 500));
}

TEST_CASE("receiver: a seed's decisions do not depend on concurrency") {
  FaultPlan plan;
  plan.seed = 7;
  plan.fail_rate = 0.5;
  plan.fail_statuses = {500, 502, 503};
  const std::vector<int> alone = statuses(plan, 200, 1);
  CHECK(statuses(plan, 200, 50) == alone);
  std::vector<int> expected;
  for (std::uint64_t n = 1; n <= 200; ++n) expected.push_back(decide(plan, {n}).status);
  CHECK(alone == expected);
  const auto failures = 200 - std::count(alone.begin(), alone.end(), 200);
  CHECK(failures > 60);
  CHECK(failures < 140);
}

TEST_CASE("receiver: the first ones fail, then none") {
  FaultPlan plan;
  plan.fail_first = 3;
  plan.fail_statuses = {503};
  CHECK(statuses(plan, 5, 1) == std::vector<int>{503, 503, 503, 200, 200});
}

TEST_CASE("receiver: requests that are not deliveries use no decision") {
  ReceiverOptions options;
  options.path = "/hook";
  options.plan.fail_first = 1;
  LiveReceiver live(options);
  CHECK(live.request("GET /hook HTTP/1.1\r\nHost: x\r\n\r\n").status == 405);
  CHECK(live.request(post("{}", "/other")).status == 404);
  CHECK(live.request("nonsense\r\n\r\n").status == 400);
  CHECK(live.request(post("{}", "/hook")).status == 500);
  CHECK(live.request(post("{}", "/hook?a=b")).status == 200);
  const auto& reported = live.stop();
  REQUIRE(reported.size() == 5);
  CHECK(reported[2].malformed == "the request line is not METHOD TARGET VERSION");
  CHECK(reported[3].failed_on_purpose);
  CHECK_FALSE(reported[4].failed_on_purpose);
  CHECK(line(live.summary()) == "5 requests, 1 accepted, 4 failed, 0 duplicates, 0 bad signatures");
}

TEST_CASE("receiver: only POST is accepted") {
  LiveReceiver live;
  for (const char* method : {"GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "PURGE", "post"}) {
    CAPTURE(method);
    const RawResponse response =
        live.request(std::string(method) + " / HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(response.status == 405);
    CHECK(response.has("Allow: POST"));
    const bool head = std::string(method) == "HEAD";
    CHECK((head || response.body == "Slotflow sends its events with POST\n"));
  }
  const RawResponse put = live.request("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok");
  CHECK(put.status == 405);
  CHECK(live.stop().back().body == "ok");
}

TEST_CASE("receiver: only its path is accepted, if it has one") {
  ReceiverOptions options;
  options.path = "/hook";
  LiveReceiver live(options);
  CHECK(live.receiver().url() == "http://127.0.0.1:" + std::to_string(live.port()) + "/hook");
  const RawResponse other = live.request(post("{}", "/hook/"));
  CHECK(other.status == 404);
  CHECK(other.body == "not found; this receiver was started with --path /hook\n");
  CHECK(live.request(post("{}", "/hook")).status == 200);
}

TEST_CASE("receiver: the response, and headers added to it") {
  ReceiverOptions options;
  options.plan.status = 202;
  options.body = "thanks\n";
  options.headers = {{"X-Mine", "yes"}, {"Content-Type", "text/x-mine"}};
  LiveReceiver live(options);
  const RawResponse response =
      live.request("POST / HTTP/1.1\r\nHost: x\r\n\r\n");  // no Content-Length: empty
  CHECK(response.status == 202);
  CHECK(response.body == "thanks\n");
  CHECK(response.has("X-Mine: yes"));
  const RawResponse plain = LiveReceiver().request(post("{}"));
  CHECK(plain.body == "{\"received\":true}\n");
  CHECK(plain.has("Content-Type: application/json"));
}

TEST_CASE("receiver: the headers are added to every response of its own") {
  ReceiverOptions options;
  options.headers = {{"X-Mine", "yes"}, {"content-type", "text/x-mine"}};
  options.require_signature = true;
  options.path = "/hook";
  options.health = "/up";
  options.cors = true;
  LiveReceiver live(options);
  const std::pair<std::string, int> rows[] = {{post("{}", "/hook"), 401},
                                              {post("{}", "/other"), 404},
                                              {"GET /hook HTTP/1.1\r\nHost: x\r\n\r\n", 405},
                                              {"GET /up HTTP/1.1\r\nHost: x\r\n\r\n", 200},
                                              {"OPTIONS /hook HTTP/1.1\r\nHost: x\r\nOrigin: a\r\n"
                                               "Access-Control-Request-Method: POST\r\n\r\n",
                                               204}};
  for (const auto& [request, status] : rows) {
    CAPTURE(request);
    const RawResponse response = live.request(request);
    CHECK(response.status == status);
    CHECK(response.has("X-Mine: yes"));
    CHECK(response.has("content-type: text/x-mine"));
    CHECK_FALSE(response.has("Content-Type: text/plain"));
    CHECK(response.has("Access-Control-Allow-Origin: *"));
    CHECK(response.has("Access-Control-Expose-Headers: *"));
  }
}

TEST_CASE("receiver: a signature that was not checked has a reason") {
  LiveReceiver live;
  live.request(post("{}"));
  live.request("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  live.request("POST / HTTP/1.1\r\n\r\n");
  std::vector<std::string> reasons;
  for (const ReceivedRequest& request : live.stop()) {
    CHECK(request.signature.verdict == SignatureVerdict::unchecked);
    reasons.push_back(request.signature.reason);
  }
  CHECK(reasons == std::vector<std::string>{"there is no secret to verify the signature with",
                                            "only POST requests are verified",
                                            "the request was rejected"});
}

TEST_CASE("receiver: a request is reported with all its parts") {
  LiveReceiver live;
  const std::string body = booking_event("b1", "booking.cancelled");
  live.request(post(body, "/x?y", "x-ONE: 1\r\n"));
  const auto& reported = live.stop();
  REQUIRE(reported.size() == 1);
  CHECK(reported[0].n == 1);
  CHECK(reported[0].at == live.clock().now());
  CHECK(reported[0].method == "POST");
  CHECK(reported[0].path == "/x?y");
  CHECK(reported[0].headers[1] == Header{"x-ONE", "1"});
  CHECK(reported[0].body == body);
  CHECK(reported[0].event == "booking.cancelled");
  CHECK(reported[0].booking_id == "b1");
  CHECK(reported[0].signature.verdict == SignatureVerdict::unchecked);
  CHECK(reported[0].status == 200);
}

TEST_CASE("receiver: signatures are judged, and accepted all the same") {
  LiveReceiver live({}, {"whsec_other", kSecret});
  const std::int64_t now = unix_seconds(live.clock().now());
  CHECK(live.request(signed_post("{}", now)).status == 200);
  CHECK(live.request(signed_post("{}", now, "whsec_wrong")).status == 200);
  CHECK(live.request(signed_post("{}", now - 301)).status == 200);
  CHECK(live.request(post("{}")).status == 200);
  CHECK(live.request(post("{}", "/", "X-Slotflow-Signature: x\r\n")).status == 200);
  std::vector<std::string> verdicts;
  for (const auto& request : live.stop()) {
    verdicts.emplace_back(to_string(request.signature.verdict));
  }
  CHECK(verdicts == std::vector<std::string>{"valid", "invalid", "stale", "missing", "malformed"});
  CHECK(line(live.summary()) == "5 requests, 5 accepted, 0 failed, 4 duplicates, 4 bad signatures");
}

TEST_CASE("receiver: --require-signature returns 401, and does not reveal the expected value") {
  ReceiverOptions options;
  options.require_signature = true;
  LiveReceiver live(options, std::vector{kSecret});
  const std::int64_t now = unix_seconds(live.clock().now());
  CHECK(live.request(signed_post("{}", now)).status == 200);
  const std::string right = sign(kSecret, now, "{\"a\":1}");
  const std::string wrong = "t=" + std::to_string(now) + ",v1=" + std::string(64, '0');
  const RawResponse invalid =
      live.request(post("{\"a\":1}", "/", "X-Slotflow-Signature: " + wrong + "\r\n"));
  CHECK(invalid.status == 401);
  CHECK(invalid.body == "signature invalid\n");
  CHECK((invalid.head + invalid.body).find(right.substr(right.find("v1=") + 3)) ==
        std::string::npos);
  CHECK(live.request(post("{}")).body == "signature missing\n");
  CHECK(live.request(signed_post("{}", now - 1000)).body == "signature stale\n");
  const auto& reported = live.stop();
  CHECK(reported[1].status == 401);
  CHECK(reported[1].signature.reason.find(right.substr(right.find("v1=") + 3)) ==
        std::string::npos);
  CHECK(line(live.summary()) == "4 requests, 1 accepted, 3 failed, 0 duplicates, 3 bad signatures");
}

TEST_CASE("receiver: without secrets, --require-signature rejects everything") {
  ReceiverOptions options;
  options.require_signature = true;
  LiveReceiver live(options);
  CHECK(live.request(signed_post("{}", unix_seconds(live.clock().now()))).status == 401);
}

TEST_CASE("receiver: secrets added to the store while it runs are used") {
  const TempDir dir;
  Registry registry(dir.file("store.json"));
  LiveReceiver live(ReceiverOptions{}, registry);
  const std::int64_t now = unix_seconds(live.clock().now());
  live.request(signed_post("{}", now));
  registry.add({"http://localhost:1/", {Event::booking_confirmed}, kSecret}, live.clock().now());
  live.request(signed_post("{}", now));
  registry.remove_all();
  live.request(signed_post("{}", now));
  std::vector<std::string> verdicts;
  for (const auto& request : live.stop()) {
    verdicts.emplace_back(to_string(request.signature.verdict));
  }
  CHECK(verdicts == std::vector<std::string>{"unchecked", "valid", "unchecked"});
}

TEST_CASE("receiver: deeply nested JSON crashes nothing") {
  LiveReceiver live;
  for (const std::string& body :
       {std::string(100'000, '['), std::string(100'000, '[') + std::string(100'000, ']'),
        "{\"event\":\"booking.confirmed\",\"data\":" + std::string(100'000, '[')}) {
    CHECK(live.request(post(body)).status == 200);
  }
  CHECK(live.request(post(booking_event("b1"))).status == 200);
  CHECK(live.stop().size() == 4);
}

TEST_CASE("receiver: payloads that are not the events we know") {
  LiveReceiver live;
  for (const std::string body :
       {"", "null", "[]", "{}", "\xff", "{\"event\":1,\"data\":2}", "{\"event\":\"e\"}",
        "{\"data\":{\"id\":[]}}", "{\"event\":\"e\",\"data\":[]}"}) {
    CAPTURE(body);
    CHECK(live.request(post(body)).status == 200);
  }
  for (const ReceivedRequest& request : live.stop()) CHECK_FALSE(request.booking_id);
}

TEST_CASE("receiver: bad signatures are diagnosed, up to a limit for each second") {
  LiveReceiver live({}, std::vector{kSecret});
  const std::int64_t now = unix_seconds(live.clock().now());
  const std::string body(kMaxDiagnosedBody, 'x');
  live.request(signed_post("{}", now));
  live.request(post("{}"));
  live.request(signed_post("{}", now, "whsec_other"));
  live.request(signed_post("{}", now - 1000));
  live.request(post("{}", "/", "X-Slotflow-Signature: nonsense\r\n"));
  for (int i = 0; i < 5; ++i) live.request(signed_post(body, now, "whsec_other"));
  const auto& reported = live.stop();
  REQUIRE(reported.size() == 10);
  CHECK_FALSE(reported[0].diagnosis);  // valid
  CHECK_FALSE(reported[1].diagnosis);  // missing
  CHECK(reported[2].diagnosis);
  CHECK(reported[3].diagnosis);
  CHECK(reported[4].diagnosis);
  CHECK(reported[5].diagnosis);
  CHECK_FALSE(reported[9].diagnosis);
}
