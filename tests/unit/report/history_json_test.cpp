#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "domain/json.h"
#include "report/history.h"
#include "unit/report/history_samples.h"

using namespace slotflow;
using namespace slotflow::test;
using namespace std::chrono_literals;

namespace {

std::vector<Json> json_lines(const std::string& text) {
  std::vector<Json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
  return lines;
}

constexpr char kDelivered[] =
    R"({"type":"delivery","id":"3f2a8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f",)"
    R"("event":"booking.confirmed","booking_id":"b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b",)"
    R"("webhook_id":"wh-1","url":"http://localhost:3000/hook","state":"delivered","attempts":1,)"
    R"("last_status":200,"last_error":null,"created_at":"2026-03-10T14:05:00.000Z",)"
    R"("next_attempt_at":null,"source":"fire","resends":null)";

}  // namespace

TEST_CASE("history_json: a list is a line for each delivery") {
  DeliveryRecord pending = sample_delivery();
  pending.booking_id.reset();
  pending.webhook_id.reset();
  pending.state = DeliveryState::pending;
  pending.attempts = 2;
  pending.last_status.reset();
  pending.last_error = "timeout";
  pending.next_attempt_at = sample_time() + 1500ms;
  pending.source = DeliverySource::resend;
  pending.resends = "r-1";
  CHECK(json_of(DeliveryListing{{sample_delivery(), pending}, sample_time()}) ==
        std::string(kDelivered) + "}\n" +
            R"({"type":"delivery","id":"3f2a8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f",)"
            R"("event":"booking.confirmed","booking_id":null,"webhook_id":null,)"
            R"("url":"http://localhost:3000/hook","state":"pending","attempts":2,)"
            R"("last_status":null,"last_error":"timeout","created_at":"2026-03-10T14:05:00.000Z",)"
            R"("next_attempt_at":"2026-03-10T14:05:01.500Z","source":"resend","resends":"r-1"})"
            "\n");
  CHECK(json_of(DeliveryListing()).empty());
}

TEST_CASE("history_json: what a resend would change") {
  ResendPreview preview{{{sample_delivery()}, sample_time()}, {"http://localhost:4000/"}};
  preview.has_another_payload = true;
  std::string line = json_of(preview.listing);
  line.replace(line.rfind('}'), 1,
               R"(,"resend_url":"http://localhost:4000/","payload_changed":true})");
  CHECK(json_of(preview) == line);
}

TEST_CASE("history_json: a delivery is a line, and so is each of its attempts") {
  DeliveryDetails details = sample_details();
  details.resent_as = {"n-1"};
  CHECK(json_of(details) ==
        std::string(kDelivered) +
            R"(,"payload":"{\"event\":\"booking.confirmed\"}","payload_base64":null,)"
            R"("resent_as":["n-1"]})"
            "\n"
            R"({"type":"attempt","delivery_id":"delivery-1","webhook_id":null,)"
            R"("url":"http://localhost:4242/","event":"booking.confirmed","booking_id":null,)"
            R"("attempt":1,"at":"2026-03-10T14:05:00.000Z","address":"127.0.0.1:4242",)"
            R"("duration_ms":3.21,"status":200,"error":null,"detail":null,"response_headers":[],)"
            R"("response_body":"ok","outcome":"delivered","next_attempt_in_ms":null,)"
            R"("trigger":"resume","signed_at":1773151500})"
            "\n");
}

TEST_CASE("history_json: hostile bytes stay in their strings, and a payload is whole") {
  const std::string text = json_of(hostile_details());
  CHECK(danger_in(text) == "");
  const std::vector<Json> lines = json_lines(text);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].at("payload").is_null());
  CHECK(lines[0].at("payload_base64") == "YRtbMkobXTA7dAfCmzMxbZt/4oCuYuKBpmPvu78NAAoJZA==");
  CHECK(danger_in(json_of(DeliveryListing{{hostile_details().delivery}, sample_time()})) == "");
  DeliveryDetails details = sample_details();
  details.payload = std::string("\0 \"\\ \xe2\x80\xae\n", 9);
  CHECK(json_lines(json_of(details)).at(0).at("payload") == details.payload.str());
}
