#include <utility>

#include <doctest/doctest.h>

#include "report/json_pretty.h"
#include "report/requests.h"
#include "unit/report/samples.h"

using namespace slotflow;
using test::sample_request;
using namespace std::chrono_literals;

namespace {

std::string first_line(const ReceivedRequest& request) {
  const std::string text = text_of(request, {});
  return text.substr(0, text.find('\n'));
}

// The lines below the first.
std::string request_notes(const std::string& body) {
  const std::string text = text_of(sample_request(body), {});
  return text.substr(text.find('\n') + 1);
}

std::string metadata_line(const std::string& metadata) {
  const std::string notes = request_notes("{\"data\":{\"metadata\":" + metadata + "}}");
  return notes.substr(0, notes.find('\n'));
}

}  // namespace

TEST_CASE("request_text: where it listens") {
  CHECK(text_of({.url = "http://127.0.0.1:4242/", .port = 4242}, {}) ==
        "Listening on http://127.0.0.1:4242/\n(Ctrl-C to stop)\n");
}

TEST_CASE("request_text: a booking is told in two lines and shown in full") {
  ReceivedRequest request = sample_request(R"({"event":"booking.confirmed","data":{)"
                                           R"("attendee_name":"Alex Rivera","n":1.50,)"
                                           R"("starts_at":"2026-03-10T14:00:00.000Z",)"
                                           R"("metadata":{"lead_id":"lead_8294"}}})");
  request.event = "booking.confirmed";
  CHECK(text_of(request, {}) ==
        "14:05:00  #3  POST /hook  booking.confirmed  signature valid  -> 200\n"
        "    Alex Rivera, 2026-03-10 14:00 UTC\n"
        "    metadata lead_id=lead_8294\n"
        "    {\n"
        "      \"event\": \"booking.confirmed\",\n"
        "      \"data\": {\n"
        "        \"attendee_name\": \"Alex Rivera\",\n"
        "        \"n\": 1.50,\n"
        "        \"starts_at\": \"2026-03-10T14:00:00.000Z\",\n"
        "        \"metadata\": {\n"
        "          \"lead_id\": \"lead_8294\"\n"
        "        }\n"
        "      }\n"
        "    }\n");
}

TEST_CASE("request_text: the documented example") {
  const std::string body = test::sample_payload();
  CHECK(request_notes(body) ==
        "    Alex Rivera <alex@startup.io>, 2026-03-10 14:00 UTC, 30 min\n"
        "    metadata lead_id=lead_8294 conversation_id=conv_1847 source=ai_sdr\n" +
            pretty_json(body, {}, {.indent = 4}));
}

TEST_CASE("request_text: the verdict has its reason unless it is valid") {
  ReceivedRequest request = sample_request("1");
  request.signature = {SignatureVerdict::stale, "t is 10m old"};
  CHECK(first_line(request) == "14:05:00  #3  POST /hook  signature stale (t is 10m old)  -> 200");
  request.signature = {SignatureVerdict::missing, ""};
  CHECK(first_line(request) == "14:05:00  #3  POST /hook  signature missing  -> 200");
  request.signature = {SignatureVerdict::unchecked, "no secret"};
  CHECK(first_line(request) == "14:05:00  #3  POST /hook  signature unchecked (no secret)  -> 200");
}

TEST_CASE("request_text: a bad signature is shown with its diagnosis") {
  const std::string header = sign("whsec_a", 1, "{}\n");
  ReceivedRequest request = sample_request("{}");
  request.headers = {{"A", "1"}, {"x-slotflow-signature", header}};
  request.signature = {SignatureVerdict::invalid, ""};
  request.diagnosis = std::make_shared<LateDiagnosis>(std::vector<std::string>{"whsec_a"});
  const std::string first = "14:05:00  #3  POST /hook  signature invalid  -> 200\n";
  const std::string shown = "    X-Slotflow-Signature: " + header + "\n";
  CHECK(text_of(request, {}) ==
        first + shown +
            "    diagnosis: the signed body ended with a newline; the body given here does not\n"
            "    {}\n");
  request.diagnosis.reset();  // too many were made
  CHECK(text_of(request, {}) == first + shown + "    {}\n");
  request.headers[1].value = std::string(400, 'x');
  CHECK(text_of(request, {}) ==
        first + "    X-Slotflow-Signature: " + std::string(300, 'x') + "…\n    {}\n");
  request.signature = {SignatureVerdict::valid, ""};
  CHECK(text_of(request, {}) == "14:05:00  #3  POST /hook  signature valid  -> 200\n    {}\n");
}

TEST_CASE("request_text: a response that the client did not wait for") {
  ReceivedRequest request = test::sample_request("{}");
  const std::string start = "14:05:00  #3  POST /hook  signature valid  -> ";
  request.given_up_after = 412'300us;
  CHECK(first_line(request) == start + "given up by the client after 0.4 s");
  request.given_up_after = 49'949us;
  CHECK(first_line(request) == start + "given up by the client after 49.9 ms");
  request.given_up_after = 50ms;
  CHECK(first_line(request) == start + "given up by the client after 0.1 s");
  request.given_up_after = 12s;
  request.failed_on_purpose = true;
  request.status = 500;
  CHECK(first_line(request) == start + "given up by the client after 12.0 s");
}

TEST_CASE("request_text: the response tells what was done on purpose") {
  ReceivedRequest request = sample_request("1");
  const std::string start = "14:05:00  #3  POST /hook  signature valid  ";
  request.status = 405;
  CHECK(first_line(request) == start + "-> 405");
  request.status = 500;
  request.failed_on_purpose = true;
  CHECK(first_line(request) == start + "-> 500 (simulated)");
  request.delay = 2s;
  CHECK(first_line(request) == start + "-> 500 (simulated) after 2s");
  request.failed_on_purpose = false;
  request.status = 200;
  CHECK(first_line(request) == start + "-> 200 after 2s");
  request.status.reset();
  CHECK(first_line(request) == start + "-> dropped");
}

TEST_CASE("request_text: a duplicate says when it was first seen") {
  ReceivedRequest request = sample_request("1");
  const std::string start = "14:05:00  #3  POST /hook  signature valid  -> 200\n";
  request.duplicate_of_age = 62'345ms;
  CHECK(text_of(request, {}) == start + "    duplicate: first seen 1m2s ago\n    1\n");
  request.duplicate_of_age = 250ms;
  CHECK(text_of(request, {}) == start + "    duplicate: first seen 250ms ago\n    1\n");
  request.duplicate_of_age = 0ms;
  CHECK(text_of(request, {}) == start + "    duplicate: first seen just now\n    1\n");
}

TEST_CASE("request_text: metadata of any kind fits on its line") {
  CHECK(metadata_line(R"({"a":{"b":[1,2.0]},"c":null,"d":"two words","e":"","f":"1"})") ==
        R"(    metadata a={"b":[1,2.0]} c=null d="two words" e="" f=1)");
  CHECK(metadata_line("[1]") == "    metadata [1]");
  CHECK(metadata_line("\"x\"") == "    metadata x");
  CHECK(metadata_line("null") == "    {");
  CHECK(metadata_line("{}") == "    {");
  CHECK(metadata_line("{\"a\":\"" + std::string(101, 'x') + "\"}") ==
        "    metadata a=" + std::string(100, 'x') + "…");
}

TEST_CASE("request_text: metadata is shown as it was written") {
  CHECK(metadata_line(R"({"a":1e2,"b":12345678901234567890123,"c":1e400,"d":-0})") ==
        "    metadata a=1e2 b=12345678901234567890123 c=1e400 d=-0");
  CHECK(metadata_line(R"({"a":[ 1.0 , "b c" ],"d":"Zo\u00eb","e":"\ud83c"})") ==
        "    metadata a=[1.0,\"b c\"] d=Zoë e=\ufffd");
}

TEST_CASE("request_text: more metadata than anyone reads is counted") {
  std::string json = "{";
  std::string line = "    metadata";
  for (int i = 0; i < 22; ++i) {
    const std::string name = "k" + std::to_string(i);
    json.append(i > 0 ? ",\"" : "\"").append(name).append("\":1");
    if (i < 20) line.append(" ").append(name).append("=1");
  }
  CHECK(metadata_line(json + "}") == line + " … (2 more)");
}

TEST_CASE("request_text: a body that is no JSON is shown escaped") {
  CHECK(request_notes("") == "    (no body)\n");
  CHECK(request_notes("a=1&b=\xff\n\x1b[2J") ==
        "    not JSON (line 1, column 1: expected a value), 12 bytes:\n"
        "    a=1&b=\\xff\\n\\x1b[2J\n");
  CHECK(request_notes(std::string(2000, 'x')) ==
        "    not JSON (line 1, column 1: expected a value), 2000 bytes,"
        " the first 1024:\n"
        "    " +
            std::string(1024, 'x') + "\n");
  CHECK(request_notes(std::string("{}\0x", 4)) ==
        "    not JSON (line 1, column 3: expected the end of the text), 4 bytes:\n"
        "    {}\\x00x\n");
  CHECK(request_notes(std::string(600, '[') + std::string(600, ']'))
            .starts_with("    nested too deeply (line 1, column 513: expected at most 512 levels "
                         "of nesting), 1200 bytes, the first 1024:\n"));
}

TEST_CASE("request_text: a request that could not be taken is one line") {
  ReceivedRequest request = sample_request("");
  request.n = 4;
  request.method.clear();
  const std::string path = std::exchange(request.path, "");
  request.malformed = "the request line has\x1b no method";
  request.status = 400;
  CHECK(text_of(request, {}) ==
        "14:05:00  #4  rejected: the request line has\\x1b no method  -> 400\n");
  request.status.reset();
  CHECK(text_of(request, {}) ==
        "14:05:00  #4  rejected: the request line has\\x1b no method  -> dropped\n");
  request.method = "POST";
  request.path = path;
  CHECK(text_of(request, {}).starts_with("14:05:00  #4  POST /hook  rejected: the request line"));
  request.path.clear();
  CHECK(text_of(request, {}).starts_with("14:05:00  #4  POST  rejected: the request line"));
}

TEST_CASE("request_text: colour marks event, verdict and response") {
  ReceivedRequest request = sample_request("");
  request.event = "e";
  CHECK(text_of(request, {.colour = true}) ==
        "\x1b[2m14:05:00\x1b[0m  #3  POST /hook  \x1b[1me\x1b[0m  "
        "\x1b[32msignature valid\x1b[0m  \x1b[32m-> 200\x1b[0m\n"
        "    \x1b[2m(no body)\x1b[0m\n");
}

TEST_CASE("request_text: the summary counts") {
  CHECK(text_of(ReceiverSummary{12, 7, 5, 1, 0}, {}) ==
        "12 requests: 7 accepted, 5 failed; 1 duplicate, 0 bad signatures\n");
  CHECK(text_of(ReceiverSummary{1, 1, 0, 0, 1}, {}) ==
        "1 request: 1 accepted, 0 failed; 0 duplicates, 1 bad signature\n");
  CHECK(text_of(ReceiverSummary{1, 1, 0, 0, 1}, Style{false, 40}) ==
        "1 request: 1 accepted, 0 failed; 0\n    duplicates, 1 bad signature\n");
  ReceiverSummary summary{1, 1, 0, 0, 0};
  summary.distinct = 1;
  summary.expect = 1;
  summary.ended = ReceiverEnd::expectation;
  CHECK(text_of(summary, Style{true}).ends_with("\naccepted 1 of 1 expected event\n"));
  summary.expect = 3;
  summary.ended = ReceiverEnd::time;
  CHECK(text_of(summary, Style{true})
            .ends_with("\nended by --for; \x1b[31maccepted 1 of 3 expected events\x1b[0m\n"));
}

TEST_CASE("request_text: members of every wrong type are survived") {
  for (const std::string wrong :
       {"null", "true", "-1", "1e300", "\"\"", "\"x\"", "[]", "[[]]", "{}", "{\"a\":{}}"}) {
    CAPTURE(wrong);
    std::string data;
    for (const std::string name : {"id", "starts_at", "ends_at", "duration_minutes",
                                   "attendee_name", "attendee_email", "status", "metadata"}) {
      data.append(data.empty() ? "{\"" : ",\"").append(name).append("\":").append(wrong);
    }
    for (const std::string& body :
         {wrong, "{\"data\":" + wrong + "}", "{\"data\":" + data + "}}"}) {
      const std::string notes = request_notes(body);
      const std::string shown = pretty_json(body, {}, {.indent = 4});
      REQUIRE(notes.size() >= shown.size());
      CHECK(notes.substr(notes.size() - shown.size()) == shown);
    }
  }
}

TEST_CASE("request_text: a huge payload is cut") {
  const std::string big(1'000'000, 'x');
  const std::string body = R"({"data":{"attendee_name":")" + big + R"(","starts_at":")" + big +
                           R"(","metadata":{")" + big + R"(":[")" + big + R"("]}}})";
  CHECK(text_of(sample_request(body), {}).size() < 70'000);
  CHECK(text_of(sample_request(big), {}).size() < 2'000);
}

TEST_CASE("request_text: nothing hostile gets through") {
  const std::string bad = test::hostile_text();
  ReceivedRequest request = sample_request(bad);
  request.method = bad;
  request.path = bad;
  request.event = bad;
  request.booking_id = bad;
  request.headers = {{bad, bad}};
  request.signature = {SignatureVerdict::malformed, bad};
  request.secret_command = bad;
  CHECK(test::danger_in(text_of(request, {})) == "");
  request.headers.push_back({std::string(kSignatureHeader), bad});
  request.forwarded = Reply{.result = Response{401, {{bad, bad}}, bad, true, bad}, .address = bad};
  request.handler_disagrees_since = request.n;
  CHECK(test::danger_in(text_of(request, {})) == "");
  request.forwarded = Reply{.result = Failure{FailureKind::tls, bad}, .address = bad};
  CHECK(test::danger_in(text_of(request, {})) == "");
  request.malformed = bad;
  CHECK(test::danger_in(text_of(request, {})) == "");

  const Json booking{{"attendee_name", bad},
                     {"attendee_email", bad},
                     {"starts_at", bad},
                     {"metadata", {{bad, bad}, {"nested", {bad}}}}};
  ReceivedRequest parsed = sample_request(to_line(Json{{"data", booking}, {bad, bad}}));
  CHECK(test::danger_in(text_of(parsed, {})) == "");
  CHECK(test::danger_in(text_of({.url = bad, .port = 1}, {})) == "");
}
