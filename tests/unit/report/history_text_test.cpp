#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "domain/text.h"
#include "report/history.h"
#include "support/time_zone.h"
#include "unit/report/history_samples.h"

using namespace slotflow;
using namespace slotflow::test;
using namespace std::chrono_literals;

namespace {

DeliveryListing sample_listing() {
  DeliveryListing listing{{sample_delivery(), sample_delivery(), sample_delivery()},
                          sample_time() + 3min};
  DeliveryRecord& failed = listing.deliveries[1];
  failed.id = "77";
  failed.state = DeliveryState::failed;
  failed.attempts = 3;
  failed.last_status.reset();
  failed.last_error = "connection_refused";
  failed.created_at = sample_time() - 26h;
  failed.url = "https://a-very-long-name.example.com/with/a/path/that/does/not/fit?and=a&query";
  DeliveryRecord& pending = listing.deliveries[2];
  pending.state = DeliveryState::pending;
  pending.attempts = 0;
  pending.last_status.reset();
  pending.created_at = sample_time() - 50h;
  return listing;
}

std::string age_of(Duration age) {
  const DeliveryListing listing{{sample_delivery()}, sample_time() + age};
  const std::string text = text_of(listing, {});
  const std::string row = text.substr(text.find('\n') + 1);
  return row.substr(10, row.find(' ', 10) - 10);
}

}  // namespace

TEST_CASE("history_text: a list is a table, however wide") {
  CHECK(text_of(sample_listing(), {}) ==
        "ID        AGE  EVENT              STATE      ATTEMPTS  LAST                URL\n"
        "3f2a8c1e  3m   booking.confirmed  delivered  1         200                 "
        "http://localhost:3000/hook\n"
        "77        26h  booking.confirmed  failed     3         connection_refused  "
        "https://a-very-long-name.example.com/with/a/path/that/does/not/fit?and=a&query\n"
        "3f2a8c1e  2d   booking.confirmed  pending    0         -                   "
        "http://localhost:3000/hook\n");
  CHECK(text_of(DeliveryListing(), {}).empty());
}

TEST_CASE("history_text: on 80 columns, URLs stay whole on lines of their own") {
  CHECK(text_of(sample_listing(), {.columns = 80}) ==
        "ID        AGE  EVENT              STATE      ATTEMPTS  LAST                URL\n"
        "3f2a8c1e  3m   booking.confirmed  delivered  1         200\n"
        "    http://localhost:3000/hook\n"
        "77        26h  booking.confirmed  failed     3         connection_refused\n"
        "    https://a-very-long-name.example.com/with/a/path/that/does/not/fit?and=a&query\n"
        "3f2a8c1e  2d   booking.confirmed  pending    0         -\n"
        "    http://localhost:3000/hook\n");
  DeliveryListing wide = sample_listing();
  wide.deliveries[0].event = "booking.rescheduled";
  const std::string text = text_of(wide, {.columns = 79});
  CHECK(
      text.starts_with("ID        AGE  EVENT                STATE      ATTEMPTS  LAST\n"
                       "    URL\n"
                       "3f2a8c1e  3m   booking.rescheduled  delivered  1         200\n"
                       "    http://localhost:3000/hook\n"));
}

TEST_CASE("history_text: a resend names what it repeats") {
  DeliveryListing listing{{sample_delivery(), sample_delivery()}, sample_time()};
  listing.deliveries[0].resends = "b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b";
  CHECK(text_of(listing, {}) ==
        "ID        AGE  EVENT              STATE      ATTEMPTS  LAST  URL                         "
        "RESENDS\n"
        "3f2a8c1e  0s   booking.confirmed  delivered  1         200   http://localhost:3000/hook  "
        "b9e4f2a1\n"
        "3f2a8c1e  0s   booking.confirmed  delivered  1         200   http://localhost:3000/hook  "
        "-\n");
  CHECK(text_of(listing, {.columns = 80}) ==
        "ID        AGE  EVENT              STATE      ATTEMPTS  LAST  URL\n"
        "    RESENDS\n"
        "3f2a8c1e  0s   booking.confirmed  delivered  1         200\n"
        "    http://localhost:3000/hook  b9e4f2a1\n"
        "3f2a8c1e  0s   booking.confirmed  delivered  1         200\n"
        "    http://localhost:3000/hook  -\n");
}

TEST_CASE("history_text: what a resend would change") {
  ResendPreview preview{{{sample_delivery()}, sample_time()}, {"http://localhost:4000/"}};
  CHECK(text_of(preview, {}) == text_of(preview.listing, {}));
  preview.has_another_url = true;
  CHECK(text_of(preview, {}) ==
        "ID        AGE  EVENT              STATE      ATTEMPTS  LAST  URL                         "
        "TO\n"
        "3f2a8c1e  0s   booking.confirmed  delivered  1         200   http://localhost:3000/hook  "
        "http://localhost:4000/\n");
  preview.has_another_payload = true;
  CHECK(text_of(preview, {})
            .ends_with("http://localhost:3000/hook  http://localhost:4000/  changed\n"));
  CHECK(text_of(ResendPreview(), {}).empty());
}

TEST_CASE("history_text: failures are red, what is pending is yellow") {
  const std::string text = text_of(sample_listing(), {.colour = true});
  CHECK(text.starts_with("\x1b[1mID "));
  CHECK(text.find("\n3f2a8c1e  3m ") != std::string::npos);
  CHECK(text.find("\n\x1b[31m77  ") != std::string::npos);
  CHECK(text.find("\n\x1b[33m3f2a8c1e  2d ") != std::string::npos);
}

TEST_CASE("history_text: ages") {
  CHECK(age_of(0s) == "0s");
  CHECK(age_of(-5s) == "0s");  // the clock was set back
  CHECK(age_of(59'999ms) == "59s");
  CHECK(age_of(60s) == "1m");
  CHECK(age_of(59min) == "59m");
  CHECK(age_of(60min) == "1h");
  CHECK(age_of(47h + 59min) == "47h");
  CHECK(age_of(48h) == "2d");
  CHECK(age_of(24h * 400) == "400d");
}

TEST_CASE("history_text: a delivery is shown with its payload and its attempts") {
  const TimeZone utc("UTC");
  CHECK(text_of(sample_details(), {}) ==
        "Delivery 3f2a8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f\n"
        "  event      booking.confirmed\n"
        "  booking    b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b\n"
        "  url        http://localhost:3000/hook\n"
        "  webhook    wh-1\n"
        "  created    2026-03-10T14:05:00+00:00 by fire\n"
        "  state      delivered after 1 attempt\n"
        "\n"
        "Payload\n"
        "  {\n"
        "    \"event\": \"booking.confirmed\"\n"
        "  }\n"
        "\n"
        "14:05:00  attempt 1/3  200 OK  in 3.2 ms  http://localhost:4242/ (127.0.0.1:4242)  "
        "delivered\n"
        "    > POST /hook HTTP/1.1\n"
        "    > Host: localhost:3000\n"
        "    the body is the payload\n"
        "    < HTTP/1.1 200\n"
        "    <\n"
        "    < ok\n"
        "    made by deliveries resume\n"
        "    timestamp (t) of the signature: 1773151500 (2026-03-10T14:05:00+00:00)\n");
}

TEST_CASE("history_text: an attempt of another day says so") {
  const TimeZone utc("UTC");
  DeliveryDetails details = sample_details();
  AttemptRecord record = details.attempts[0];
  record.attempt.request.reset();
  record.trigger = AttemptTrigger::schedule;
  record.signed_at.reset();
  details.attempts = {record, record, record};
  details.attempts[1].attempt.at += 10h;
  details.attempts[2].attempt.at += 11h;
  const std::string line =
      "attempt 1/3  200 OK  in 3.2 ms  http://localhost:4242/ (127.0.0.1:4242)  delivered\n";
  const std::string text = text_of(details, {});
  CHECK(text.ends_with("\n\n14:05:00  " + line + "\nOn 2026-03-11\n\n00:05:00  " + line +
                       "\n01:05:00  " + line));
}

TEST_CASE("history_text: what is special about a delivery, on 80 columns") {
  const TimeZone utc("UTC");
  DeliveryDetails details = sample_details();
  details.delivery.booking_id.reset();
  details.delivery.webhook_id.reset();
  details.delivery.state = DeliveryState::pending;
  details.delivery.attempts = 2;
  details.delivery.next_attempt_at = sample_time() + 5min;
  details.delivery.source = DeliverySource::resend;
  details.delivery.resends = "r-1";
  details.resent_as = {"n-1", "n-2"};
  details.plan.tamper = Tamper::body;
  details.payload = "\xff";
  details.attempts.clear();
  CHECK(text_of(details, {.columns = 80}) ==
        "Delivery 3f2a8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f\n"
        "  event      booking.confirmed\n"
        "  url        http://localhost:3000/hook\n"
        "  created    2026-03-10T14:05:00+00:00 by resend\n"
        "  state      pending after 2 attempts, the next one is due at "
        "2026-03-10T14:10:00+00:00\n"
        "  invalid    the body differs from the signed body in one character\n"
        "  resends    r-1\n"
        "  resent as  n-1\n"
        "  resent as  n-2\n"
        "\n"
        "Payload\n"
        "  (not text)\n");
  details.payload = {};
  CHECK(text_of(details, {}).ends_with("Payload\n  (empty)\n"));
}

TEST_CASE("history_text: a request that was cut says how far it got") {
  DeliveryDetails details = sample_details();
  Attempt& attempt = details.attempts[0].attempt;
  attempt.reply = {Failure{FailureKind::connection_reset, ""}, "127.0.0.1:4242",
                   std::chrono::microseconds(1)};
  const std::size_t size = attempt.request->size;
  const std::string of = " of the " + std::to_string(size) + " bytes of the request were sent\n";
  attempt.reply.sent = size - 1;
  const std::string text = text_of(details, {});
  CHECK(text.find("    the body is the payload\n    only " + std::to_string(size - 1) + of) !=
        std::string::npos);
  attempt.reply.sent = size;
  CHECK(text_of(details, {}).find("only") == std::string::npos);
}

TEST_CASE("history_text: nothing that a terminal acts upon is shown raw") {
  for (const std::size_t columns : {0U, 80U, 20U}) {
    const DeliveryDetails details = hostile_details();
    std::string shown = text_of(details, {.columns = columns});
    // A response's body keeps its tabs and its lines, as it is with fire --verbose.
    std::ranges::replace(shown, '\t', ' ');
    CHECK(danger_in(shown) == "");
    CHECK(danger_in(text_of(DeliveryListing{{details.delivery}, sample_time()},
                            {.columns = columns})) == "");
  }
  DeliveryDetails details = sample_details();
  details.payload = "{\"a\":\"\xe2\x80\xae\x7f\xc2\x9b\", \x1b]0;t\x07";  // valid UTF-8
  CHECK(danger_in(text_of(details, {})) == "");
}
