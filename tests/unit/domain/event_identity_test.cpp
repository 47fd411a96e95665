#include "domain/event_identity.h"

#include <doctest/doctest.h>

#include "domain/json.h"

using namespace slotflow;

namespace {

std::optional<std::string> text_member(const Json& object, const char* name) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

// The same rule, applied to the parsed value.
EventIdentity identity_of(const Json& payload) {
  EventIdentity identity{text_member(payload, "event"), std::nullopt};
  if (payload.is_object() && payload.contains("data")) {
    identity.booking_id = text_member(payload.at("data"), "id");
  }
  return identity;
}

}  // namespace

TEST_CASE("event_identity: the event's name and the booking's id") {
  const auto identity = identity_in(R"({"event":"booking.confirmed","data":{"id":"b9"}})");
  CHECK(identity.event == "booking.confirmed");
  CHECK(identity.booking_id == "b9");
}

TEST_CASE("event_identity: any other JSON lacks one or both") {
  for (const char* text : {"null", "7", "[]", "{}", R"({"event":7,"data":[]})",
                           R"({"event":null,"data":{"id":7}})", R"({"data":"id"})"}) {
    CAPTURE(text);
    const auto identity = identity_in(text);
    CHECK_FALSE(identity.event.has_value());
    CHECK_FALSE(identity.booking_id.has_value());
  }
}

TEST_CASE("event_identity: read from the text, it equals that of the parsed value") {
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

TEST_CASE("event_identity: text that is not JSON has none, however well it begins") {
  const std::string begin = R"({"event":"x","data":{"id":"y"})";
  CHECK(identity_in(begin + "}").event == "x");
  for (const std::string& text : {begin, begin + "} more", begin + ",}", begin + ",\"a\":\xff}",
                                  begin + ",\"a\":" + std::string(100'000, '[')}) {
    CHECK_FALSE(identity_in(text).event.has_value());
    CHECK_FALSE(identity_in(text).booking_id.has_value());
  }
}

TEST_CASE("event_identity: half of a character and a number of any size are JSON") {
  const auto identity = identity_in(
      R"({"event":"booking.confirmed","data":{"id":"b9","attendee_name":"Zo\ud83c","n":1e400}})");
  CHECK(identity.event == "booking.confirmed");
  CHECK(identity.booking_id == "b9");
  CHECK(identity_in(R"({"data":{"id":"a\udf89"}})").booking_id == "a\ufffd");
}

TEST_CASE("event_identity: a NUL byte does not end an event") {
  using namespace std::string_view_literals;
  CHECK_FALSE(identity_in("{\"event\":\"x\"}\0"sv).event.has_value());
  CHECK_FALSE(identity_in("{\"event\":\"x\"}\0x"sv).event.has_value());
}
