#include "report/phrases.h"

#include <doctest/doctest.h>

#include "support/time_zone.h"
#include "unit/report/samples.h"

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

std::string booking_of(const std::string& data) {
  return booking_phrase(Json::parse("{\"data\":" + data + "}"), true);
}

}  // namespace

TEST_CASE("phrases: one thing is counted in the singular") {
  CHECK(counted(0, "delivery", "deliveries") == "0 deliveries");
  CHECK(counted(1, "delivery", "deliveries") == "1 delivery");
  CHECK(counted(2, "delivery", "deliveries") == "2 deliveries");
}

TEST_CASE("phrases: elapsed time is in milliseconds below a second") {
  CHECK(elapsed_text(0us) == "0.0 ms");
  CHECK(elapsed_text(3'249us) == "3.2 ms");
  CHECK(elapsed_text(3'250us) == "3.3 ms");
  CHECK(elapsed_text(999'949us) == "999.9 ms");
  CHECK(elapsed_text(999'950us) == "1.0 s");
  CHECK(elapsed_text(10s) == "10.0 s");
}

TEST_CASE("phrases: a booking starts in local time, and the zone is shown") {
  const test::TimeZone tokyo("JST-9");
  const Json payload = Json::parse(test::sample_payload());
  CHECK(booking_phrase(payload, false) == "Alex Rivera, 2026-03-10 23:00 +09:00, 30 min");
}

TEST_CASE("phrases: a booking is its attendee, start and length") {
  const Json payload = Json::parse(test::sample_payload());
  CHECK(booking_phrase(payload, false) == "Alex Rivera, 2026-03-10 14:00 UTC, 30 min");
  CHECK(booking_phrase(payload, true) ==
        "Alex Rivera <alex@startup.io>, 2026-03-10 14:00 UTC, 30 min");
}

TEST_CASE("phrases: what a booking lacks, or has of another type, is left out") {
  CHECK(booking_of("{}") == "");
  CHECK(booking_of("null") == "");
  CHECK(booking_of("[1]") == "");
  CHECK(booking_phrase(Json::parse("[]"), true) == "");
  CHECK(booking_phrase(Json::parse("\"data\""), true) == "");
  CHECK(booking_of(R"({"starts_at":1773151200,"attendee_name":["x"],"attendee_email":{},)"
                   R"("duration_minutes":"30"})") == "");
  CHECK(booking_of(R"({"attendee_email":"a@b.c","duration_minutes":22.5})") == "<a@b.c>, 22.5 min");
  CHECK(booking_of(R"({"attendee_name":"Zoe","starts_at":"tomorrow"})") == "Zoe, tomorrow");
}

TEST_CASE("phrases: a booking's words are cut and terminal-safe") {
  CHECK(booking_of("{\"attendee_name\":\"" + std::string(101, 'n') + "\"}") ==
        std::string(100, 'n') + "…");
  CHECK(booking_of(R"({"attendee_name":"\u001b[2J","starts_at":"\u009b"})") == "\\x1b[2J, \\u{9b}");
}
