#include "store/registry_format.h"

#include <string>

#include <doctest/doctest.h>

#include "domain/error.h"
#include "domain/webhook_json.h"
#include "support/enum_words.h"
#include "support/thrown.h"

using namespace slotflow;

namespace {

const std::string kRepair = "the file was not changed: repair it, or choose another with --store";

// The text of the error and, below it, its hint.
std::string problem_with(const std::string& bytes) {
  try {
    decode_store("s.json", bytes);
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::store_error);
    return std::string(error.what()) + "\n" + error.hint();
  }
  return "no error";
}

std::string webhook_with(const std::string& member, const std::string& value) {
  Json webhook{{"id", "b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b"},
               {"url", "https://example.com/"},
               {"events", {"booking.confirmed"}},
               {"signing_secret", "whsec_x"},
               {"active", true},
               {"created_at", "2026-03-10T14:05:00.000Z"}};
  if (value.empty()) {
    webhook.erase(member);
  } else {
    webhook[member] = Json::parse(value);
  }
  return Json{{"version", 1}, {"webhooks", {webhook}}}.dump();
}

}  // namespace

TEST_CASE("registry_format: zero bytes are an empty store on plan free") {
  CHECK(dump_store(parse_store("s.json", "")) ==
        "{\n  \"version\": 1,\n  \"plan\": \"free\",\n  \"webhooks\": []\n}\n");
}

TEST_CASE("registry_format: a webhook is read as it is written") {
  const Webhook webhook{"b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b",
                        "https://example.com/hook?a=b",
                        {Event::booking_confirmed, Event::booking_cancelled},
                        "whsec_\xc3\xa9",
                        false,
                        "2026-03-10T14:05:00.000Z"};
  RawJson document = parse_store("s.json", "");
  document["plan"].assign(RawJson::string("growth"));
  document["webhooks"].children.push_back(raw_json(json_of(webhook)));
  const std::string text = dump_store(document);
  CHECK(text == R"({
  "version": 1,
  "plan": "growth",
  "webhooks": [
    {
      "id": "b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b",
      "url": "https://example.com/hook?a=b",
      "events": [
        "booking.confirmed",
        "booking.cancelled"
      ],
      "signing_secret": "whsec_)"
                "\xc3\xa9"
                R"(",
      "active": false,
      "created_at": "2026-03-10T14:05:00.000Z"
    }
  ]
}
)");
  const Snapshot store = decode_store("s.json", text);
  CHECK(store.plan == Plan::growth);
  REQUIRE(store.webhooks.size() == 1);
  CHECK(store.webhooks[0].id == webhook.id);
  CHECK(store.webhooks[0].url == webhook.url);
  CHECK((store.webhooks[0].events == webhook.events));
  CHECK(store.webhooks[0].signing_secret == webhook.signing_secret);
  CHECK_FALSE(store.webhooks[0].active);
  CHECK(store.webhooks[0].created_at == webhook.created_at);
}

TEST_CASE("registry_format: a missing plan is free, and missing webhooks are none") {
  const Snapshot store = decode_store("s.json", R"({"version": 1})");
  CHECK(store.plan == Plan::free);
  CHECK(store.webhooks.empty());
}

TEST_CASE("registry_format: edited URLs are normalized, or rejected without being shown") {
  const auto url = [](const std::string& text) {
    const std::string bytes = webhook_with("url", Json(text).dump());
    return decode_store("s.json", bytes).webhooks.at(0).url;
  };
  CHECK(url("HTTPS://Example.COM:443") == "https://example.com/");
  for (const char* bad : {"ftp://example.com", "", "http://user:password@example.com/"}) {
    CHECK(test::thrown([&] { url(bad); }) ==
          "STORE_ERROR: s.json: webhooks[0].url: expected an http or https URL without user name, "
          "password and fragment, got another string | hint: the file was not changed: repair it, "
          "or choose another with --store");
  }
}

TEST_CASE("registry_format: the error for text that is not JSON has line and column") {
  CHECK(problem_with("{\"version\": 1,\n \"plan\": }") ==
        "s.json:2:10: expected a value\n" + kRepair);
  CHECK(problem_with("\n") == "s.json:2:1: expected a value\n" + kRepair);
  CHECK(problem_with("whsec_secret") == "s.json:1:1: expected a value\n" + kRepair);
  CHECK(problem_with("{\"version\": 1, \"webhooks\": [{\"signing_secret\": \"whsec_secret") ==
        "s.json:1:61: expected a closing quote\n" + kRepair);
  CHECK(problem_with("{\"version\": 1} {}") ==
        "s.json:1:16: expected the end of the text\n" + kRepair);
  CHECK(problem_with(std::string("{\"version\": 1}\0 tail", 20)) ==
        "s.json:1:15: expected the end of the text\n" + kRepair);
  CHECK(problem_with(std::string(100'000, '[')) ==
        "s.json:1:513: expected at most 512 levels of nesting\n" + kRepair);
}

TEST_CASE("registry_format: JSON with other fields is not a store") {
  CHECK(problem_with("[]") ==
        "s.json: expected an object with a version, got an array\n" + kRepair);
  CHECK(problem_with("null") == "s.json: expected an object with a version, got null\n" + kRepair);
  CHECK(problem_with("{}") == "s.json: version: expected 1, got nothing\n" + kRepair);
  CHECK(problem_with(R"({"version": "1"})") ==
        "s.json: version: expected 1, got a string\n" + kRepair);
  CHECK(problem_with(R"({"version": 1.5})") == "s.json: version: expected 1, got 1.5\n" + kRepair);
  CHECK(problem_with(R"({"version": 0})") == "s.json: version: expected 1, got 0\n" + kRepair);
  CHECK(problem_with(R"({"version": 1, "plan": "whsec_secret"})") ==
        "s.json: plan: expected free, starter or growth, got another string\n" + kRepair);
  CHECK(problem_with(R"({"version": 1, "plan": null})") ==
        "s.json: plan: expected free, starter or growth, got null\n" + kRepair);
  CHECK(problem_with(R"({"version": 1, "webhooks": {}})") ==
        "s.json: webhooks: expected an array, got an object\n" + kRepair);
  CHECK(problem_with(R"({"version": 1, "webhooks": ["whsec_secret"]})") ==
        "s.json: webhooks[0]: expected an object, got a string\n" + kRepair);
}

TEST_CASE("registry_format: a store of a later version is rejected") {
  const std::string hint = "update slotflow-hooks, or choose another file with --store";
  CHECK(problem_with(R"({"version": 2, "hooks": 7})") ==
        "s.json: expected version 1, got 2; this file was written by a newer slotflow-hooks\n" +
            hint);
}

TEST_CASE("registry_format: every field of a webhook is checked, and no value is shown") {
  const std::string events = "booking.confirmed or booking.cancelled";
  const auto problem = [](const std::string& member, const std::string& value) {
    return problem_with(webhook_with(member, value));
  };
  const auto text = [](const std::string& place, const std::string& expected_and_got) {
    return "s.json: webhooks[0]." + place + ": expected " + expected_and_got + "\n" + kRepair;
  };
  CHECK(problem("id", "7") == text("id", "a string, got a number"));
  CHECK(problem("id", "\"\"") == text("id", "letters, digits and dashes, got another string"));
  CHECK(problem("id", "\"a\\u001b[2J\"") ==
        text("id", "letters, digits and dashes, got another string"));
  CHECK(problem("url", "") == text("url", "a string, got nothing"));
  CHECK(problem("url", "null") == text("url", "a string, got null"));
  CHECK(problem("signing_secret", "[\"whsec_secret\"]") ==
        text("signing_secret", "a string, got an array"));
  CHECK(problem("created_at", "1.5") == text("created_at", "a string, got a number"));
  CHECK(problem("active", "\"yes\"") == text("active", "true or false, got a string"));
  CHECK(problem("active", "") == text("active", "true or false, got nothing"));
  CHECK(problem("events", "\"booking.confirmed\"") ==
        text("events", "an array of events, got a string"));
  CHECK(problem("events", "[]") == text("events", "an array of events, got an empty one"));
  CHECK(problem("events", "[\"booking.confirmed\", \"whsec_secret\"]") ==
        text("events[1]", events + ", got another string"));
  CHECK(problem("events", "[true]") == text("events[0]", events + ", got a boolean"));
}
