#include "domain/event_identity.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("event_identity: the event's name and the booking's id") {
  const auto identity =
      identity_of(Json::parse(R"({"event":"booking.confirmed","data":{"id":"b9"}})"));
  CHECK(identity.event == "booking.confirmed");
  CHECK(identity.booking_id == "b9");
}

TEST_CASE("event_identity: any other JSON has less of it, and is no trouble") {
  for (const char* text : {"null", "7", "[]", "{}", R"({"event":7,"data":[]})",
                           R"({"event":null,"data":{"id":7}})", R"({"data":"id"})"}) {
    CAPTURE(text);
    const auto identity = identity_of(Json::parse(text));
    CHECK_FALSE(identity.event.has_value());
    CHECK_FALSE(identity.booking_id.has_value());
  }
}
