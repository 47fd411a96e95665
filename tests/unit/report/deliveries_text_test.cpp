#include <doctest/doctest.h>

#include "report/deliveries.h"
#include "unit/report/samples.h"

using namespace slotflow;
using test::sample_attempt;
using namespace std::chrono_literals;

namespace {

// The lines below the first.
std::string attempt_notes(const Attempt& attempt) {
  const std::string text = text_of(attempt, {});
  return text.substr(text.find('\n') + 1);
}

}  // namespace

TEST_CASE("attempt_text: an announcement names the booking and where it goes") {
  FireAnnouncement announcement{.event = "booking.confirmed",
                                .payload = Json::parse(test::sample_payload()),
                                .deliveries = 1,
                                .endpoints = {"http://localhost:4242/"},
                                .retry_delays = {Duration(1000), Duration(12000)},
                                .speed = 300};
  CHECK(text_of(announcement, {}) ==
        "booking.confirmed  Alex Rivera, 2026-03-10 14:00 UTC, 30 min"
        "  booking b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b\n"
        "-> 1 delivery to http://localhost:4242/, retries after 1s and 12s (delays divided "
        "by 300)\n");
  announcement.speed = 1;
  announcement.payload = Json::parse(R"({"data":{"id":7}})");
  announcement.deliveries = 2;
  announcement.endpoints = {"http://a/", "http://a/"};
  CHECK(text_of(announcement, {}) ==
        "booking.confirmed\n-> 2 deliveries to http://a/, retries after 1s and 12s\n");
  announcement.retry_delays.clear();
  announcement.payload.reset();
  announcement.deliveries = 5;
  announcement.endpoints = {"http://a/", "http://b/", "http://c/"};
  CHECK(text_of(announcement, {}) ==
        "booking.confirmed\n-> 5 deliveries to 3 endpoints, no retries\n");
}

TEST_CASE("attempt_text: a delivered attempt is one line") {
  CHECK(text_of(sample_attempt(200, "ok"), {}) ==
        "14:05:00  attempt 1/3  200 OK  in 3.2 ms  http://localhost:4242/ (127.0.0.1:4242)"
        "  delivered\n");
}

TEST_CASE("attempt_text: an address that the URL holds is not repeated") {
  Attempt attempt = sample_attempt(204);
  attempt.url = "http://127.0.0.1:4242/hook";
  CHECK(text_of(attempt, {}) ==
        "14:05:00  attempt 1/3  204 No Content  in 3.2 ms  http://127.0.0.1:4242/hook"
        "  delivered\n");
}

TEST_CASE("attempt_text: a failed attempt shows the response and what comes next") {
  Attempt attempt = sample_attempt(500, "  <h1>\n  Oops\t\x1b[2J</h1>\r\n");
  attempt.outcome = Outcome::retrying;
  attempt.next_attempt_in = 1000ms;
  CHECK(text_of(attempt, {}) ==
        "14:05:00  attempt 1/3  500 Internal Server Error  in 3.2 ms"
        "  http://localhost:4242/ (127.0.0.1:4242)  next in 1s\n"
        "    <h1> Oops \\x1b[2J</h1>\n");
  attempt.outcome = Outcome::failed;
  attempt.next_attempt_in.reset();
  attempt.number = 3;
  attempt.reply.result = Response{599, {}, ""};
  CHECK(text_of(attempt, {}) ==
        "14:05:00  attempt 3/3  599  in 3.2 ms  http://localhost:4242/ (127.0.0.1:4242)"
        "  failed\n");
}

TEST_CASE("attempt_text: a long body is cut") {
  CHECK(attempt_notes(sample_attempt(500, std::string(201, 'x'))) ==
        "    " + std::string(200, 'x') + "…\n");
}

TEST_CASE("attempt_text: a redirect shows where it was not followed to") {
  CHECK(attempt_notes(sample_attempt(301, "", {{"location", "https://example.com/\x1b"}})) ==
        "    not followed: Location: https://example.com/\\x1b\n");
  CHECK(attempt_notes(sample_attempt(301)) == "");
  CHECK(attempt_notes(sample_attempt(201, "", {{"Location", "/made"}})) == "");
}

TEST_CASE("attempt_text: responses that ask for other retries are told apart") {
  CHECK(attempt_notes(sample_attempt(410)) == "    410 does not end the retries\n");
  CHECK(attempt_notes(sample_attempt(429, "slow", {{"Retry-After", "120"}})) ==
        "    429 does not change when the retries are sent\n"
        "    Retry-After: 120 (it does not change the retries)\n"
        "    slow\n");
}

TEST_CASE("attempt_text: a failure without a response has a hint") {
  CHECK(text_of(sample_attempt(FailureKind::connection_refused, "Connection refused"), {}) ==
        "14:05:00  attempt 1/3  connection_refused  in 3.2 ms  http://localhost:4242/  failed\n"
        "    Connection refused (check that the server is running; from inside a container, the"
        " host is host.docker.internal)\n");
  CHECK(attempt_notes(sample_attempt(FailureKind::timeout, "no answer within 10s")) ==
        "    no answer within 10s (Slotflow's limit is 10s in total: respond first, then do the "
        "work)\n");
  CHECK(attempt_notes(sample_attempt(FailureKind::connection_reset, "")) ==
        "    the server reset the connection; the handler may have crashed, or this port expects "
        "https\n");
  CHECK(
      attempt_notes(sample_attempt(FailureKind::connection_closed, "x")) ==
      "    x (the server closed the connection; the handler may have crashed, or this port expects "
      "https)\n");
  CHECK(attempt_notes(sample_attempt(FailureKind::dns, "x")) ==
        "    x (check the spelling of the host, and that this machine can resolve it)\n");
  CHECK(attempt_notes(sample_attempt(FailureKind::tls, "no shared cipher")) ==
        "    no shared cipher (check the TLS versions and ciphers that the server accepts)\n");
  CHECK(attempt_notes(sample_attempt(FailureKind::bad_response, "x\x1b")) ==
        "    x\\x1b (check that this is an HTTP/1.1 server)\n");
  CHECK(attempt_notes(sample_attempt(FailureKind::interrupted, "")) == "");
}

TEST_CASE("attempt_text: colour marks the result and the outcome") {
  CHECK(text_of(sample_attempt(200), {.colour = true}) ==
        "\x1b[2m14:05:00\x1b[0m  attempt 1/3  \x1b[32m200 OK\x1b[0m  in 3.2 ms"
        "  http://localhost:4242/ \x1b[2m(127.0.0.1:4242)\x1b[0m  \x1b[32mdelivered\x1b[0m\n");
}

TEST_CASE("attempt_text: an expected status is a success, and another one says what was expected") {
  Attempt attempt = sample_attempt(401, "no");
  attempt.expected_status = "401 or 403";
  CHECK(attempt_notes(attempt) == "    expected 401 or 403\n    no\n");
  attempt.outcome = Outcome::expected;
  CHECK(text_of(attempt, {.colour = true}) ==
        "\x1b[2m14:05:00\x1b[0m  attempt 1/3  \x1b[32m401 Unauthorized\x1b[0m  in 3.2 ms"
        "  http://localhost:4242/ \x1b[2m(127.0.0.1:4242)\x1b[0m  \x1b[32mexpected\x1b[0m\n");
  attempt = sample_attempt(200);
  attempt.expected_status = "4xx";
  CHECK(text_of(attempt, {.colour = true}) ==
        "\x1b[2m14:05:00\x1b[0m  attempt 1/3  \x1b[31m200 OK\x1b[0m  in 3.2 ms"
        "  http://localhost:4242/ \x1b[2m(127.0.0.1:4242)\x1b[0m  \x1b[31mdelivered\x1b[0m\n"
        "    \x1b[31mexpected 4xx\x1b[0m\n");
  attempt = sample_attempt(500);
  attempt.expected_status = "4xx";
  attempt.outcome = Outcome::retrying;
  attempt.next_attempt_in = 1s;
  CHECK(attempt_notes(attempt) == "");
}

TEST_CASE("attempt_text: of what is invalid on purpose, a rejection is good, and nothing else") {
  const Style colours{.colour = true};
  const std::string red = "\x1b[31m";
  Attempt attempt = sample_attempt(401);
  attempt.invalid_on_purpose = true;
  CHECK(text_of(attempt, colours).find(red) == std::string::npos);
  CHECK(text_of(attempt, {}).ends_with("  rejected, as it should be\n"));
  attempt.outcome = Outcome::retrying;
  attempt.next_attempt_in = 1s;
  CHECK(text_of(attempt, colours).find(red) == std::string::npos);
  CHECK(text_of(attempt, {}).ends_with("  next in 1s\n"));
  for (const int status : {200, 301, 500}) {
    attempt = sample_attempt(status);
    attempt.invalid_on_purpose = true;
    CHECK(text_of(attempt, colours).find(red + std::to_string(status)) != std::string::npos);
    const bool notes =
        text_of(attempt, {})
            .ends_with("  delivered\n    accepted, although the request is invalid on purpose\n");
    CHECK(notes == (status == 200));
  }
  attempt = sample_attempt(200);
  attempt.invalid_on_purpose = true;
  attempt.outcome = Outcome::expected;
  attempt.expected_status = "200";
  CHECK(text_of(attempt, colours).find(red) == std::string::npos);
}

TEST_CASE("attempt_text: the summary counts") {
  DeliverySummary summary{.deliveries = 1, .delivered = 1, .attempts = 3};
  CHECK(text_of(summary, {}) == "1 delivery: 1 delivered, 0 failed in 3 attempts\n");
  summary = {.deliveries = 4, .delivered = 0, .failed = 2, .unfinished = 2, .attempts = 1};
  CHECK(text_of(summary, {}) == "4 deliveries: 0 delivered, 2 failed in 1 attempt, 2 unfinished\n");
  summary = {.deliveries = 2, .failed = 2, .attempts = 2, .rejected = 1};
  CHECK(text_of(summary, {}) ==
        "2 deliveries: 0 delivered, 2 failed (1 rejected, as it should be) in 2 attempts\n");
  summary.rejected = 2;
  CHECK(text_of(summary, {.colour = true}) ==
        "2 deliveries: 0 delivered, 2 failed (rejected, as it should be) in 2 attempts\n");
  summary = {.deliveries = 3, .delivered = 1, .attempts = 3, .expected = 2};
  CHECK(text_of(summary, {}) == "3 deliveries: 2 expected, 1 delivered, 0 failed in 3 attempts\n");
}

TEST_CASE("attempt_text: nothing hostile gets through") {
  const std::string bad = test::hostile_text();
  Attempt attempt = sample_attempt(302, bad, {{"Location", bad}, {"Retry-After", bad}});
  attempt.url = bad;
  attempt.reply.address = bad;
  CHECK(test::danger_in(text_of(attempt, {})) == "");
  CHECK(test::danger_in(text_of(sample_attempt(FailureKind::tls, bad), {})) == "");
  const Json payload{{"data", {{"id", bad}, {"attendee_name", bad}, {"starts_at", bad}}}};
  CHECK(test::danger_in(text_of({bad, payload, 1, {bad}, {}, 1}, {})) == "");
}

TEST_CASE("attempt_text: what was expected fits the terminal") {
  Attempt attempt = sample_attempt(500);
  attempt.outcome = Outcome::failed;
  attempt.expected_status = "401, 403, 404, 405, 406, 407, 408, 409, 410, 411 or 412";
  CHECK(text_of(attempt, Style{.columns = 40})
            .find("    expected 401, 403, 404, 405, 406,\n    407,") != std::string::npos);
}
