#include "domain/booking_json.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace std::chrono_literals;

TEST_CASE("booking json: a person, without and with availability") {
  Human human{.id = "h", .name = "Ada", .timezone = "UTC", .created_at = from_unix_seconds(0)};
  const std::string plain =
      R"({"id":"h","name":"Ada","email":null,"role":null,"timezone":"UTC","active":true,)"
      R"("created_at":"1970-01-01T00:00:00.000Z")";
  CHECK(to_line(json_of(human)) == plain + "}");
  CHECK(to_line(json_with_availability(human)) == plain + R"(,"availability_rules":null})");
  human.availability_rules = AvailabilityRules{{1}, {9h, 17h}, {30}};
  human.email = "ada@example.com";
  human.role = "AE";
  human.active = false;
  CHECK(
      to_line(json_with_availability(human)) ==
      R"({"id":"h","name":"Ada","email":"ada@example.com","role":"AE","timezone":"UTC",)"
      R"("active":false,"created_at":"1970-01-01T00:00:00.000Z","availability_rules":)"
      R"({"working_days":[1],"work_start":"09:00","work_end":"17:00","meeting_durations":[30]}})");
}

TEST_CASE("booking json: a booking, with its metadata as written") {
  Booking booking{.id = "b",
                  .human_id = "h",
                  .starts_at = from_unix_seconds(0),
                  .duration = 30min,
                  .attendee_name = "Bob",
                  .metadata = R"({ "n": 1.10, "n": 12345678901234567890123 })",
                  .created_at = from_unix_seconds(60)};
  CHECK(json_of(booking).dump() ==
        R"({"id":"b","human_id":"h","starts_at":"1970-01-01T00:00:00.000Z",)"
        R"("ends_at":"1970-01-01T00:30:00.000Z","duration_minutes":30,"attendee_name":"Bob",)"
        R"("attendee_email":null,"status":"confirmed",)"
        R"("metadata":{"n":1.10,"n":12345678901234567890123},)"
        R"("created_at":"1970-01-01T00:01:00.000Z"})");
  booking.status = BookingStatus::cancelled;
  booking.metadata = "{}";
  const RawJson json = json_of(booking);
  CHECK(json.find("status")->scalar == "\"cancelled\"");
  CHECK(json.find("metadata")->dump() == "{}");
  CHECK(parse_booking_status("cancelled") == BookingStatus::cancelled);
  CHECK(test::thrown([] { parse_booking_status("done"); }) ==
        "VALIDATION_ERROR: status: expected confirmed or cancelled, got 'done'");
}
