#include <doctest/doctest.h>

#include "report/display_width.h"
#include "report/requests.h"
#include "unit/report/samples.h"

using namespace slotflow;

namespace {

ReceivedRequest compact_sample() {
  ReceivedRequest request;
  request.n = 1;
  request.method = "POST";
  request.path = "/hooks/slotflow";
  request.event = "booking.confirmed";
  request.booking_id = "0d3c9f5e-98a7-4b1c-9b63-0a6f0e9f8a11";
  request.signature.verdict = SignatureVerdict::valid;
  request.status = 200;
  return request;
}

std::string line_of(const ReceivedRequest& request, std::size_t columns = 0) {
  return text_of(CompactRequest{&request, columns}, {});
}

std::string response_of(const ReceivedRequest& request) {
  const std::string line = line_of(request);
  return line.substr(line.find("->"));
}

}  // namespace

TEST_CASE("compact: one line with every field") {
  CHECK(line_of(compact_sample()) ==
        "00:00:00  #1  POST /hooks/slotflow  booking.confirmed  "
        "0d3c9f5e-98a7-4b1c-9b63-0a6f0e9f8a11  valid  -> 200\n");
  ReceivedRequest bare;
  bare.method = "GET";
  bare.path = "/";
  bare.status = 405;
  bare.signature.verdict = SignatureVerdict::unchecked;
  CHECK(line_of(bare) == "00:00:00  #0  GET /  -  -  unchecked  -> 405\n");
  bare.malformed = "bad\nrequest";
  CHECK(line_of(bare) == "00:00:00  #0  GET /  rejected: bad\\nrequest  -> 405\n");
  bare.method.clear();
  bare.path.clear();
  CHECK(line_of(bare) == "00:00:00  #0  rejected: bad\\nrequest  -> 405\n");
}

TEST_CASE("compact: each kind of response") {
  ReceivedRequest request = compact_sample();
  request.duplicate_of_age = Duration(5);
  CHECK(response_of(request) == "-> 200 (duplicate)\n");
  request.duplicate_of_age.reset();
  request.failed_on_purpose = true;
  request.status = 500;
  CHECK(response_of(request) == "-> 500 (simulated)\n");
  request.fault = fault_named("reset");
  request.status.reset();
  CHECK(response_of(request) == "-> reset (simulated)\n");
  request.failed_on_purpose = false;
  request.fault = nullptr;
  CHECK(response_of(request) == "-> dropped\n");
  request.given_up_after = std::chrono::milliseconds(400);
  CHECK(response_of(request).starts_with("-> given up after "));
}

TEST_CASE("compact: what the handler did, if the response is something else") {
  ReceivedRequest request = compact_sample();
  request.forwarded = Reply{.result = Response{200, {}, ""}, .address = ""};
  CHECK(response_of(request) == "-> 200\n");
  request.status = 500;
  request.failed_on_purpose = true;
  CHECK(response_of(request) == "-> 500 (simulated) (handler 200)\n");
  request.failed_on_purpose = false;
  request.status.reset();
  request.fault = fault_named("reset");
  CHECK(response_of(request) == "-> reset (simulated) (handler 200)\n");
  request.fault = nullptr;
  request.given_up_after = std::chrono::milliseconds(400);
  CHECK(response_of(request) == "-> given up after 400.0 ms (handler 200)\n");
  request.given_up_after.reset();
  request.status = 504;
  request.forwarded = Reply{.result = Failure{FailureKind::timeout, ""}, .address = ""};
  CHECK(response_of(request) == "-> 504 (handler timeout)\n");
}

TEST_CASE("compact: fits any terminal, and keeps the response as long as it can") {
  ReceivedRequest request = compact_sample();
  for (const char* path : {"/", "/hooks/slotflow?x=1", "/日本語/日本語/日本語/日本語"}) {
    request.path = path;
    for (std::size_t columns = 40; columns <= 200; ++columns) {
      CAPTURE(columns);
      const std::string line = line_of(request, columns);
      CHECK(line.ends_with("\n"));
      CHECK(display_width(line.substr(0, line.size() - 1)) <= columns);
      CHECK(line.find("  valid  -> 200\n") != std::string::npos);
    }
  }
  request.path = "/";
  CHECK(line_of(request, 80) ==
        "00:00:00  #1  POST /  booking.confirmed  0d3c9f5e-98a7-4b1c-9b63…  valid  -> 200\n");
  request.status = 500;
  request.failed_on_purpose = true;
  request.signature.verdict = SignatureVerdict::malformed;
  request.n = 1234;
  request.path = "/hooks/slotflow";
  for (std::size_t columns = 10; columns <= 60; ++columns) {
    CAPTURE(columns);
    const std::string line = line_of(request, columns);
    CHECK(display_width(line.substr(0, line.size() - 1)) <= std::max<std::size_t>(columns, 13));
    CHECK(line.find("#1234") != std::string::npos);
    CHECK(line.find("-> 500") != std::string::npos);
    CHECK((columns < 26 || line.find("  malformed  ") != std::string::npos));
  }
  CHECK(line_of(request, 60) == "00:00:00  #1234  POST /hooks…  booking…  malformed  -> 500\n");
  CHECK(line_of(request, 40) == "00:00:00  #1234  POS…  malformed  -> 500\n");
}

TEST_CASE("compact: nothing is cut without a width, and every byte is harmless") {
  ReceivedRequest request = compact_sample();
  request.path = "/" + std::string(8000, 'x') + "\x1b[1m\n";
  const std::string line = line_of(request);
  CHECK(line.find(std::string(8000, 'x') + "\\x1b[1m\\n") != std::string::npos);
  CHECK(line.find('\n') == line.size() - 1);
}
