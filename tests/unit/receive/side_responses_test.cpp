#include "receive/side_responses.h"

#include <doctest/doctest.h>

#include "support/live_receiver.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

http::Head head_of(const std::string& method, const std::string& target,
                   std::vector<Header> headers = {}) {
  http::Head head;
  head.method = method;
  head.target = target;
  head.headers = std::move(headers);
  return head;
}

std::vector<Header> preflight_headers() {
  return {{"Origin", "http://localhost:5173"},
          {"Access-Control-Request-Method", "POST"},
          {"Access-Control-Request-Headers", "content-type,x-slotflow-signature"}};
}

constexpr const char* kPreflight =
    "OPTIONS /hook HTTP/1.1\r\nHost: x\r\nOrigin: http://localhost:5173\r\n"
    "Access-Control-Request-Method: POST\r\n"
    "Access-Control-Request-Headers: content-type\r\n\r\n";
constexpr const char* kAnyOrigin = "Access-Control-Allow-Origin: *";

}  // namespace

TEST_CASE("side responses: health is GET or HEAD on exactly the path") {
  for (const char* target : {"/up", "/up?", "/up?x=/", "http://h/up"}) {
    CAPTURE(target);
    REQUIRE(health_response(head_of("GET", target), "/up"));
    CHECK(health_response(head_of("GET", target), "/up")->status == 200);
    CHECK(health_response(head_of("HEAD", target), "/up"));
    CHECK_FALSE(health_response(head_of("POST", target), "/up"));
    CHECK_FALSE(health_response(head_of("get", target), "/up"));
  }
  for (const char* target : {"/", "/up/", "/upx", "/UP", "//up", "/?/up", "*"}) {
    CAPTURE(target);
    CHECK_FALSE(health_response(head_of("GET", target), "/up"));
  }
  CHECK(health_response(head_of("GET", "http://h"), "/"));
}

TEST_CASE("side responses: a preflight gets what it asks for") {
  const auto response = preflight_response(head_of("OPTIONS", "/any", preflight_headers()));
  REQUIRE(response);
  CHECK(response->status == 204);
  CHECK(response->body.empty());
  CHECK(response->headers ==
        std::vector<Header>{{"Access-Control-Allow-Methods", "POST"},
                            {"Access-Control-Allow-Headers", "content-type,x-slotflow-signature"}});
  auto without = preflight_headers();
  without.pop_back();
  REQUIRE(preflight_response(head_of("OPTIONS", "/", without)));
  CHECK(preflight_response(head_of("OPTIONS", "/", without))->headers.size() == 1);
}

TEST_CASE("side responses: other requests are no preflights") {
  CHECK_FALSE(preflight_response(head_of("POST", "/", preflight_headers())));
  CHECK_FALSE(preflight_response(head_of("OPTIONS", "/")));
  CHECK_FALSE(preflight_response(head_of("OPTIONS", "/", {{"Origin", "null"}})));
  CHECK_FALSE(
      preflight_response(head_of("OPTIONS", "/", {{"Access-Control-Request-Method", "POST"}})));
  CHECK_FALSE(preflight_response(
      head_of("OPTIONS", "/", {{"Origin", "null"}, {"Access-Control-Request-Method", "PO ST"}})));
}

TEST_CASE("side responses: a header of the user or the handler stays") {
  http::OutgoingResponse response;
  allow_every_origin(response);
  CHECK(response.headers == std::vector<Header>{{"Access-Control-Allow-Origin", "*"},
                                                {"Access-Control-Expose-Headers", "*"}});
  const std::vector<Header> own = {{"access-control-allow-origin", "http://mine"},
                                   {"access-control-expose-headers", "etag"}};
  response.headers = own;
  allow_every_origin(response);
  CHECK(response.headers == own);
}

TEST_CASE("receiver: probes and preflights are neither reported nor counted") {
  ReceiverOptions options;
  options.health = "/up";
  options.cors = true;
  options.count = 2;
  options.plan.fail_first = 1;
  LiveReceiver live(options);
  for (int i = 0; i < 3; ++i) {
    const RawResponse up = live.request("GET /up HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(up.status == 200);
    CHECK(up.body == "ok\n");
    CHECK(up.has(kAnyOrigin));
    CHECK(live.request("HEAD /up HTTP/1.1\r\nHost: x\r\n\r\n").status == 200);
    CHECK(live.request(kPreflight).status == 204);
  }
  const RawResponse failed = live.request(post("{}", "/up"));  // a delivery like any other
  CHECK(failed.status == 500);
  CHECK(failed.has(kAnyOrigin));
  CHECK(live.request(post("{}", "/up")).status == 200);
  CHECK(live.request("GET /up HTTP/1.1\r\nHost: x\r\n\r\n").status == 200);
  const auto& reported = live.stop();
  REQUIRE(reported.size() == 2);
  CHECK(reported[0].n == 1);
  CHECK(reported[1].n == 2);
  CHECK(line(live.summary()) == "2 requests, 1 accepted, 1 failed, 0 duplicates, 0 bad signatures");
}

TEST_CASE("receiver: without the options, they are requests") {
  LiveReceiver live;
  CHECK(live.request("GET /up HTTP/1.1\r\nHost: x\r\n\r\n").status == 405);
  const RawResponse preflight = live.request(kPreflight);
  CHECK(preflight.status == 405);
  CHECK_FALSE(preflight.has(kAnyOrigin));
  CHECK_FALSE(live.request(post("{}")).has(kAnyOrigin));
  CHECK(live.stop().size() == 3);
}
