// The bytes signed are the bytes on the wire.
#include <algorithm>
#include <mutex>

#include <doctest/doctest.h>

#include "domain/signature.h"
#include "send/client.h"
#include "send/scheduler.h"
#include "send/slotflow_request.h"
#include "support/fake_clock.h"
#include "support/raw_endpoint.h"
#include "support/recorder.h"
#include "support/sending.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

const std::string kSecret = "whsec_0123456789abcdefghijklmnopqrstuv";

std::vector<std::string> bodies() {
  return {
      "",
      "{}",
      "{}\n",
      "{\"attendee_name\":\"Zoë Łukasz 雪 \\u2028\"}",
      "{\"note\":\"\xf0\x9f\x93\x85 \xe2\x80\xa8\"}\r\n",
      std::string("not UTF-8: \xff\xfe\x80, and NUL: \0 end", 30),
      "{\"price\": 1.00, \"big\": 12345678901234567890,  \"a\":1,\"a\":2}",
      std::string(1'000'000, 'x'),
  };
}

// An endpoint that keeps what it is sent.
struct Capture {
  std::mutex mutex;
  std::vector<std::string> requests;  // guarded by mutex
  std::string response = http_response("200 OK");
  RawEndpoint endpoint{[this](RawConnection& connection) {
    const std::string request = connection.read_request();
    {
      const std::lock_guard lock(mutex);
      requests.push_back(request);
    }
    connection.send(response);
  }};
};

std::string body_of(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}
std::string value_of(const std::string& request, const std::string& name) {
  const auto begin = request.find("\r\n" + name + ": ");
  if (begin == std::string::npos) return "";
  const auto value = begin + name.size() + 4;
  return request.substr(value, request.find("\r\n", value) - value);
}

Delivery sample_delivery(const std::string& url, const std::string& body) {
  Delivery delivery;
  delivery.id = "d1";
  delivery.event = "booking.confirmed";
  delivery.signing.secret = kSecret;
  delivery.request = request_of({.url = url, .body = body});
  delivery.request.headers = {{"User-Agent", "x/1"}};
  return delivery;
}

}  // namespace

TEST_CASE("client: the signed bytes are sent, whatever they are") {
  for (const std::string& body : bodies()) {
    CAPTURE(body.substr(0, 80));
    Capture capture;
    const Interrupt never;
    EventLoop loop(never);
    Client client(loop, {});
    FakeClock clock;
    Recorder recorder;
    Scheduler scheduler(loop, client, clock, {}, recorder);
    scheduler.submit({sample_delivery(capture.endpoint.url("/hook?a=1&b=%20"), body)});
    scheduler.drain();
    REQUIRE(capture.requests.size() == 1);
    const std::string& request = capture.requests[0];
    CHECK(body_of(request) == body);
    CHECK(value_of(request, "X-Slotflow-Signature") ==
          sign(kSecret, unix_seconds(FakeClock().now()), body));
    CHECK(value_of(request, "Content-Length") == std::to_string(body.size()));
    CHECK(request.starts_with("POST /hook?a=1&b=%20 HTTP/1.1\r\n"));
  }
}

TEST_CASE("client: request_bytes() returns the beginning of what send() writes") {
  for (const std::string& body : bodies()) {
    CAPTURE(body.substr(0, 80));
    Capture capture;
    const std::string url = capture.endpoint.url("/a%2Fb/%C3%BC?q=[1]|2&q='\"<>`");
    Request request = request_of({.url = url, .body = body});
    request.headers = {
        {"Content-Type", "application/json"}, {"X-Repeated", "1"}, {"X-Repeated", "2"}};
    const Interrupt never;
    const Reply reply = BlockingClient({}, never).send(request);
    REQUIRE(capture.requests.size() == 1);
    CHECK(body_of(capture.requests[0]) == body);
    CHECK(reply.sent == capture.requests[0].size());
    const RequestBytes bytes = request_bytes(request);
    CHECK(bytes.size == reply.sent);
    CHECK(capture.requests[0].starts_with(bytes.head + bytes.body));
    CHECK(bytes.body.size() <= kRequestBodyKept);
  }
}

TEST_CASE("client: the head of a request, exactly") {
  Capture capture;
  const Delivery delivery = sample_delivery(capture.endpoint.url("/hook"), "{}");
  const Interrupt never;
  BlockingClient({}, never).send(signed_request(delivery, from_unix_seconds(1'700'000'000)));
  REQUIRE(capture.requests.size() == 1);
  const std::string& request = capture.requests[0];
  // Nothing else that a handler could come to depend on, and in this order.
  CHECK(request ==
        "POST /hook HTTP/1.1\r\nHost: " + capture.endpoint.address() +
            "\r\nContent-Type: application/json\r\nUser-Agent: x/1\r\nX-Slotflow-Signature: " +
            sign(kSecret, 1'700'000'000, "{}") +
            "\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
}

TEST_CASE("client: every attempt has its own signature and timestamp") {
  Capture capture;
  capture.response = http_response("500 Oh No");
  const Interrupt never;
  EventLoop loop(never);
  Client client(loop, {});
  FakeClock clock;
  SchedulerOptions options;
  options.terms.retry.speed = 1;
  Recorder recorder;
  Scheduler scheduler(loop, client, clock, options, recorder);
  scheduler.submit({sample_delivery(capture.endpoint.url(), "{\"a\":1}")});
  scheduler.drain();
  std::vector<std::int64_t> times;
  for (const Attempt& attempt : recorder.attempts) times.push_back(unix_seconds(attempt.at));
  REQUIRE(capture.requests.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(body_of(capture.requests[i]) == "{\"a\":1}");
    CHECK(value_of(capture.requests[i], "X-Slotflow-Signature") ==
          sign(kSecret, times[i], "{\"a\":1}"));
  }
  CHECK(times[1] > times[0]);
  CHECK(times[2] > times[1]);
}
