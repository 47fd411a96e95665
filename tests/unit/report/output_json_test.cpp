#include <chrono>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "report/checks.h"
#include "report/deliveries.h"
#include "report/output.h"
#include "report/requests.h"
#include "report/signatures.h"
#include "report/webhooks.h"
#include "unit/report/samples.h"

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

template <typename Show>
std::string json_shown(Show show) {
  std::ostringstream out;
  Output output(out, Format::json);
  show(output);
  return out.str();
}

std::string attempt_line(const Attempt& attempt) {
  return json_shown([&attempt](Output& output) { output.show(attempt); });
}

std::string request_line(const ReceivedRequest& request) {
  return json_shown([&request](Output& output) { output.show(request); });
}

}  // namespace

TEST_CASE("output as JSON: a webhook is as the API shows it") {
  CHECK(json_shown([](Output& output) {
          output.show(RegisteredWebhook{test::sample_webhook()});
        }) == R"({"id":"3f2b8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f","url":"http://localhost:3000/hook",)"
              R"("events":["booking.confirmed","booking.cancelled"],)"
              R"("signing_secret":"whsec_k8J2mN4pQ7rS9tU1vW3xY5zA6bC8dE0f","active":true,)"
              R"("created_at":"2026-03-10T14:05:00.000Z"})"
              "\n");
}

TEST_CASE("output as JSON: a list masks secrets unless they are asked for") {
  Webhook webhook = test::sample_webhook();
  webhook.events = {Event::booking_cancelled};
  const std::string start =
      R"({"webhooks":[{"id":"3f2b8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f",)"
      R"("url":"http://localhost:3000/hook","events":["booking.cancelled"],"signing_secret":")";
  const std::string end = R"(","active":true,"created_at":"2026-03-10T14:05:00.000Z"}],"total":1})"
                          "\n";
  CHECK(json_shown([&](Output& output) { output.show(WebhookListing{{webhook}, false}); }) ==
        start + "whsec_k8J2..." + end);
  CHECK(json_shown([&](Output& output) { output.show(WebhookListing{{webhook}, true}); }) ==
        start + webhook.signing_secret + end);
  CHECK(json_shown([](Output& output) { output.show(WebhookListing{}); }) ==
        "{\"webhooks\":[],\"total\":0}\n");
}

TEST_CASE("output as JSON: deleted and plan") {
  CHECK(json_shown([](Output& output) { output.show(DeletedWebhook{test::sample_webhook()}); }) ==
        "{\"deleted\":true,\"id\":\"3f2b8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f\"}\n");
  CHECK(json_shown([](Output& output) { output.show(PlanUsage{Plan::free, 1}); }) ==
        "{\"plan\":\"free\",\"limit\":2,\"used\":1}\n");
  CHECK(json_shown([](Output& output) { output.show(PlanUsage{Plan::growth, 3}); }) ==
        "{\"plan\":\"growth\",\"limit\":null,\"used\":3}\n");
}

TEST_CASE("output as JSON: an attempt that got a response") {
  Attempt attempt = test::sample_attempt(500, "oops\n");
  attempt.webhook_id = "webhook-1";
  attempt.booking_id = "booking-1";
  attempt.reply.duration = 12'300us;
  attempt.outcome = Outcome::retrying;
  attempt.next_attempt_in = 1000ms;
  CHECK(attempt_line(attempt) ==
        R"({"type":"attempt","delivery_id":"delivery-1","webhook_id":"webhook-1",)"
        R"("url":"http://localhost:4242/","event":"booking.confirmed","booking_id":"booking-1",)"
        R"("attempt":1,"at":"2026-03-10T14:05:00.000Z","address":"127.0.0.1:4242",)"
        R"("duration_ms":12.3,"status":500,"error":null,"detail":null,"response_headers":[],)"
        R"("response_body":"oops\n",)"
        R"("outcome":"retrying","next_attempt_in_ms":1000})"
        "\n");
}

TEST_CASE("output as JSON: an attempt without a response") {
  Attempt attempt = test::sample_attempt(FailureKind::connection_refused, "Connection refused");
  attempt.reply.duration = 3ms;
  CHECK(attempt_line(attempt) ==
        R"({"type":"attempt","delivery_id":"delivery-1","webhook_id":null,)"
        R"("url":"http://localhost:4242/","event":"booking.confirmed","booking_id":null,)"
        R"("attempt":1,"at":"2026-03-10T14:05:00.000Z","address":null,)"
        R"("duration_ms":3.0,"status":null,"error":"connection_refused",)"
        R"("detail":"Connection refused","response_headers":null,"response_body":null,)"
        R"("outcome":"failed","next_attempt_in_ms":null})"
        "\n");
}

TEST_CASE("output as JSON: a response body is cut at 4096 bytes, between characters") {
  const auto body_of = [](const std::string& body) {
    return Json::parse(attempt_line(test::sample_attempt(200, body)))["response_body"];
  };
  CHECK(body_of("") == "");
  CHECK(body_of(std::string(4096, 'x')) == std::string(4096, 'x'));
  CHECK(body_of(std::string(4095, 'x') + "\xc3\xa9") == std::string(4095, 'x'));
  CHECK(body_of("a\xff") == "a\xef\xbf\xbd");
}

TEST_CASE("output as JSON: what is not UTF-8 has its exact bytes beside it, and only that") {
  const auto bytes_of = [](const std::string& body) {
    return Json::parse(attempt_line(test::sample_attempt(200, body)))
        .value("response_body_base64", Json());
  };
  CHECK(bytes_of("a\xc3\xa9").is_null());
  CHECK(bytes_of(std::string(4095, 'x') + "\xc3\xa9").is_null());  // cut before the character
  CHECK(bytes_of("a\xff") == "Yf8=");

  ReceivedRequest request = test::sample_request("{}");
  request.path = "/\xff";
  request.headers = {{"X-A", "z\xfc"}, {"X-B", "\xc3\xa9"}};
  const Json line = Json::parse(request_line(request));
  CHECK(line["path"] == "/\xef\xbf\xbd");
  CHECK(line["path_base64"] == "L/8=");
  CHECK(line["headers"] == Json::parse(R"([["X-A","z\ufffd"],["X-B","\u00e9"]])"));
  CHECK(line["headers_base64"] == Json::parse(R"([["WC1B","evw="],["WC1C","w6k="]])"));

  const auto preview_line = [](const std::string& path, const std::string& value) {
    return Json::parse(json_shown([&](Output& output) {
      output.show(RequestPreview{"http://a/", "POST", path, {{"X-A", value}}, "{}", {}});
    }));
  };
  const Json lossy = preview_line("/\xff", "z\xfc");
  CHECK(lossy["path_base64"] == "L/8=");
  CHECK(lossy["headers_base64"] == Json::parse(R"([["WC1B","evw="]])"));
  const Json exact = preview_line("/\xc3\xa9", "\xc3\xa9");
  CHECK_FALSE(exact.contains("path_base64"));
  CHECK_FALSE(exact.contains("headers_base64"));
}

TEST_CASE("output as JSON: a response that the client did not wait for") {
  ReceivedRequest request = test::sample_request("{}");
  request.given_up_after = 412'300us;
  const std::string line = request_line(request);
  CHECK(line.find(
            R"("answer":{"status":null,"fault":null,"delay_ms":0,"given_up_after_ms":412.3})") !=
        std::string::npos);
}

TEST_CASE("output as JSON: the summary says what is missing") {
  ReceiverSummary summary;
  summary.not_shown = 12;
  const std::string line = json_shown([&](Output& output) { output.show(summary); });
  CHECK(line.ends_with(R"("seed":null,"distinct":0,"expect":null,"ended":null,"not_shown":12})"
                       "\n"));
}

TEST_CASE("output: says how many requests they have shown") {
  const std::vector<ReceivedRequest> requests(3, test::sample_request("{}"));
  std::ostringstream out;
  CHECK(Output(out, Format::json).show_each(std::span(requests)) == 3);
  std::ostream closed(nullptr);
  CHECK(Output(closed, Format::json).show_each(std::span(requests)) == 0);
}

TEST_CASE("output as JSON: the summary of checks has the reason of the exit status") {
  CheckSummary summary;
  summary.passed = 2;
  summary.failed_must = 1;
  CHECK(json_shown([&](Output& output) {
          output.show(CheckResults{summary, {}, "", "1 check failed"});
          output.show(CheckResults{{}, {}});
        }) == R"({"type":"summary","passed":2,"failed_must":1,"failed_should":0,"skipped":0,)"
              R"("unfinished":0,"reason":"1 check failed"})"
              "\n"
              R"({"type":"summary","passed":0,"failed_must":0,"failed_should":0,"skipped":0,)"
              R"("unfinished":0,"reason":null})"
              "\n");
}

TEST_CASE("output as JSON: the summary of deliveries; firing says nothing") {
  CHECK(json_shown([](Output& output) {
          output.show(FireAnnouncement{"booking.confirmed", {}, 1, {"http://a/"}, {}, 1});
          output.show(DeliverySummary{6, 2, 1, 2, 9, 1});
        }) == R"({"type":"summary","deliveries":6,"delivered":2,"failed":1,"expected":1,)"
              R"("unfinished":2,"attempts":9})"
              "\n");
}

TEST_CASE("output as JSON: listening and its summary") {
  CHECK(json_shown([](Output& output) {
          output.show(Listening{"http://127.0.0.1:4242/", 4242});
          output.show(ReceiverSummary{12, 7, 5, 1, 2});
        }) == R"({"type":"listening","url":"http://127.0.0.1:4242/","port":4242,"ui":null})"
              "\n"
              R"({"type":"summary","requests":12,"accepted":7,"failed":5,"duplicates":1,)"
              R"("bad_signatures":2,"answers":{},"faults":{},"seed":null,)"
              R"("distinct":0,"expect":null,"ended":null})"
              "\n");
}

TEST_CASE("output as JSON: a request, its headers and body as they came") {
  ReceivedRequest request = test::sample_request("{\"a\": 1.0}\n");
  request.headers = {{"x-b", "2"}, {"X-A", "1"}, {"x-b", "3"}};
  request.event = "booking.confirmed";
  request.booking_id = "booking-1";
  request.duplicate_of_age = 1s;
  request.delay = 250ms;
  CHECK(request_line(request) ==
        R"({"type":"request","n":3,"at":"2026-03-10T14:05:00.000Z","method":"POST",)"
        R"("path":"/hook","headers":[["x-b","2"],["X-A","1"],["x-b","3"]],)"
        R"("body":"{\"a\": 1.0}\n","body_base64":null,"event":"booking.confirmed",)"
        R"("booking_id":"booking-1","signature":"valid","signature_reason":null,)"
        R"("signature_diagnosis":null,"duplicate":true,)"
        R"("answer":{"status":200,"fault":null,"delay_ms":250},"forwarded":null})"
        "\n");
}

TEST_CASE("output as JSON: a bad signature has its reason and diagnosis") {
  ReceivedRequest request = test::sample_request("{}");
  request.headers = {{"X-Slotflow-Signature", sign("whsec_a", 1, "{}\n")}};
  request.signature = {SignatureVerdict::invalid, "v1 does not match"};
  request.diagnosis = std::make_shared<LateDiagnosis>(std::vector<std::string>{"whsec_a"});
  const Json json = Json::parse(request_line(request));
  CHECK(json["signature"] == "invalid");
  CHECK(json["signature_reason"] == "v1 does not match");
  CHECK(json["signature_diagnosis"] ==
        "the signed body ended with a newline; the body given here does not");
}

TEST_CASE("output as JSON: a malformed request of bytes, dropped") {
  ReceivedRequest request = test::sample_request("\xff\xfe");
  request.malformed = "no request line";
  request.method.clear();
  request.path.clear();
  request.signature = {};
  request.status.reset();
  CHECK(request_line(request) ==
        R"({"type":"request","n":3,"at":"2026-03-10T14:05:00.000Z","method":"","path":"",)"
        R"("headers":[],"body":null,"body_base64":"//4=","event":null,"booking_id":null,)"
        R"("signature":"unchecked","signature_reason":null,"signature_diagnosis":null,)"
        R"("duplicate":false,"answer":{"status":null,"fault":null,"delay_ms":0},)"
        R"("forwarded":null,"malformed":"no request line"})"
        "\n");
}

TEST_CASE("output as JSON: verify and sign") {
  CHECK(json_shown([](Output& output) {
          output.show(Verification{{SignatureVerdict::valid, ""}, {}});
          output.show(Verification{{SignatureVerdict::stale, "too old"}, "milliseconds"});
          output.show(SignatureHeaderValue{"t=1,v1=ab"});
        }) ==
        R"({"type":"verdict","signature":"valid","reason":null,"diagnosis":null})"
        "\n"
        R"({"type":"verdict","signature":"stale","reason":"too old","diagnosis":"milliseconds"})"
        "\n"
        R"({"type":"signature","header":"X-Slotflow-Signature","value":"t=1,v1=ab"})"
        "\n");
}

TEST_CASE("output as JSON: lines are harmless on a terminal and exact for a program") {
  const std::string text = "\x1b[2J\xc2\x9b\x7f\xe2\x80\xae\r\n";
  ReceivedRequest request = test::sample_request(text);
  request.path = text;
  request.headers = {{text, test::hostile_text()}};
  const std::string line = request_line(request);
  CHECK(test::danger_in(line) == "");
  CHECK(line.find('\n') == line.size() - 1);
  const Json json = Json::parse(line);
  CHECK(json["body"] == text);
  CHECK(json["path"] == text);
  CHECK(json["headers"][0][0] == text);
  CHECK(test::danger_in(attempt_line(test::sample_attempt(200, test::hostile_text()))) == "");
}

TEST_CASE("output as JSON: a dead stream is no error") {
  std::ostream closed(nullptr);
  Output output(closed, Format::json);
  CHECK_NOTHROW(output.show(PlanUsage{}));
  CHECK(closed.bad());
}
