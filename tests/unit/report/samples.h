// Values that the reports' tests share, and what no terminal may be sent.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/delivery.h"
#include "domain/json.h"
#include "domain/received.h"
#include "domain/utf8.h"
#include "domain/webhook.h"

namespace slotflow::test {

// 2026-03-10T14:05:00.000Z, the moment of Slotflow's documented example.
inline Timestamp sample_time() {
  using namespace std::chrono;
  return sys_days(year{2026} / March / 10) + hours(14) + minutes(5);
}

inline std::string sample_payload() {
  return R"({"event":"booking.confirmed","created_at":"2026-03-10T14:05:00.000Z","data":{)"
         R"("id":"b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b",)"
         R"("starts_at":"2026-03-10T14:00:00.000Z","duration_minutes":30,)"
         R"("attendee_name":"Alex Rivera","attendee_email":"alex@startup.io",)"
         R"("metadata":{"lead_id":"lead_8294","conversation_id":"conv_1847","source":"ai_sdr"}}})";
}

inline Webhook sample_webhook() {
  return {.id = "3f2b8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f",
          .url = "http://localhost:3000/hook",
          .events = {Event::booking_confirmed, Event::booking_cancelled},
          .signing_secret = "whsec_k8J2mN4pQ7rS9tU1vW3xY5zA6bC8dE0f",
          .active = true,
          .created_at = "2026-03-10T14:05:00.000Z"};
}

inline Attempt sample_attempt(Reply reply) {
  Attempt attempt;
  attempt.delivery_id = "delivery-1";
  attempt.url = "http://localhost:4242/";
  attempt.event = "booking.confirmed";
  attempt.number = 1;
  attempt.max_attempts = 3;
  attempt.at = sample_time();
  attempt.reply = std::move(reply);
  attempt.reply.duration = std::chrono::microseconds(3210);
  attempt.outcome = attempt.reply.delivered() ? Outcome::delivered : Outcome::failed;
  return attempt;
}

inline Attempt sample_attempt(int status, std::string body = {}, std::vector<Header> headers = {}) {
  return sample_attempt(Reply{.result = Response{status, std::move(headers), std::move(body)},
                              .address = "127.0.0.1:4242"});
}

inline Attempt sample_attempt(FailureKind kind, std::string detail) {
  return sample_attempt(Reply{.result = Failure{kind, std::move(detail)}, .address = ""});
}

inline ReceivedRequest sample_request(std::string body) {
  ReceivedRequest request;
  request.n = 3;
  request.at = sample_time();
  request.method = "POST";
  request.path = "/hook";
  request.body = std::move(body);
  request.signature.verdict = SignatureVerdict::valid;
  request.status = 200;
  return request;
}

// ESC with CSI and OSC, C1 as UTF-8 and as a byte, DEL, bidi override and isolate, BOM, CR, NUL.
inline std::string hostile_text() {
  return std::string("a\x1b[2J\x1b]0;t\x07") +
         "\xc2\x9b"
         "31m" +
         "\x9b" + "\x7f" +
         "\xe2\x80\xae"
         "b\xe2\x81\xa6"
         "c\xef\xbb\xbf\r" +
         std::string(1, '\0') + "\n\td";
}

// The first thing in `output` that a terminal may act upon, in words; empty when there is none.
inline std::string danger_in(std::string_view output) {
  for (const char c : output) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n') || byte == 0x7f) return "control byte " + std::to_string(byte);
  }
  for (int c1 = 0x80; c1 <= 0x9f; ++c1) {
    const std::string character{'\xc2', static_cast<char>(c1)};
    if (output.find(character) != std::string_view::npos) return "C1 " + std::to_string(c1);
  }
  for (const std::string_view bidi :
       {"\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae",
        "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9", "\xef\xbb\xbf"}) {
    if (output.find(bidi) != std::string_view::npos) return "bidi or BOM";
  }
  return is_utf8(output) ? "" : "a byte that is no UTF-8";
}

}  // namespace slotflow::test
