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

TEST_CASE("event_identity: read from the text, it is that of the value") {
  for (const char* text :
       {R"({"event":"booking.confirmed","data":{"id":"b9"}})", "null", "7", "[]", "{}", "\"event\"",
        R"({"event":7,"data":[]})", R"({"event":null,"data":{"id":7}})", R"({"data":"id"})",
        R"([{"event":"x","data":{"id":"y"}}])", R"({"data":[{"id":"y"}],"event":"x"})",
        R"({"data":{"more":{"id":"deep"},"id":"y","last":[{"id":"deep"}]},"event":"x"})",
        R"({"event":{"event":"deep"},"id":"y"})", R"({"event":"a","event":"b"})",
        R"({"event":"a","event":7})", R"({"data":{"id":"a"},"data":{}})",
        R"({"data":{"id":"a"},"data":7})", R"({"data":{"id":"a","id":{}}})",
        R"({"other":{"data":{"id":"deep"},"event":"deep"}})"}) {
    CAPTURE(text);
    const auto expected = identity_of(Json::parse(text));
    const auto identity = identity_in(text);
    CHECK(identity.event == expected.event);
    CHECK(identity.booking_id == expected.booking_id);
  }
}

TEST_CASE("event_identity: what is no JSON has none, however well it begins") {
  const std::string begin = R"({"event":"x","data":{"id":"y"})";
  CHECK(identity_in(begin + "}").event == "x");
  for (const std::string& text : {begin, begin + "} more", begin + ",}", begin + ",\"a\":\xff}",
                                  begin + ",\"a\":" + std::string(100'000, '[')}) {
    CHECK_FALSE(identity_in(text).event.has_value());
    CHECK_FALSE(identity_in(text).booking_id.has_value());
  }
}
