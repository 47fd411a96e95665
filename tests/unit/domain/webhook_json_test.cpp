#include "domain/webhook_json.h"

#include <doctest/doctest.h>

#include "support/enum_words.h"

using namespace slotflow;

namespace {

constexpr const char* kWebhook =
    R"({"id":"w-1","url":"http://localhost:3000/hook","events":["booking.cancelled"],)"
    R"("signing_secret":"whsec_a","active":true,"created_at":"2026-03-10T14:05:00.000Z"})";

// What webhook_of() says about the webhook with one field replaced.
std::string webhook_problem(const char* field, const Json& value) {
  Json json = Json::parse(kWebhook);
  json[field] = value;
  try {
    webhook_of(json, "webhooks[2]");
  } catch (const WrongJson& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("webhook_json: reads what it writes, fields in order") {
  const Webhook webhook = webhook_of(Json::parse(kWebhook), "w");
  CHECK(webhook.events == std::vector<Event>{Event::booking_cancelled});
  CHECK(json_of(webhook).dump() == kWebhook);
}

TEST_CASE("webhook_json: brings the URL into its normal form") {
  Json json = Json::parse(kWebhook);
  json["url"] = "HTTP://LocalHost:80";
  CHECK(webhook_of(json, "w").url == "http://localhost/");
}

TEST_CASE("webhook_json: a problem names its place and a type, never a value") {
  CHECK(webhook_problem("id", 7) == "webhooks[2].id: expected a string, got a number");
  CHECK(webhook_problem("id", "a\nb") ==
        "webhooks[2].id: expected letters, digits and dashes, got another string");
  CHECK(webhook_problem("url", "http://u:p@host/") ==
        "webhooks[2].url: expected an http or https URL without user name, password and fragment, "
        "got another string");
  CHECK(webhook_problem("signing_secret", nullptr) ==
        "webhooks[2].signing_secret: expected a string, got null");
  CHECK(webhook_problem("active", "yes") ==
        "webhooks[2].active: expected true or false, got a string");
  CHECK(webhook_problem("events", Json::array()) ==
        "webhooks[2].events: expected an array of events, got an empty one");
  CHECK(webhook_problem("events", Json{"x"}) ==
        "webhooks[2].events[0]: expected booking.confirmed or booking.cancelled, got another "
        "string");
  CHECK(webhook_problem("created_at", "any") == "");
}
