#include "domain/body_mistakes.h"

#include <algorithm>
#include <optional>
#include <string>

#include <doctest/doctest.h>

#include "domain/base64.h"
#include "domain/booking.h"
#include "domain/raw_json.h"
#include "domain/signature.h"
#include "support/growth.h"

using namespace slotflow;
using namespace slotflow::test;

namespace {

constexpr std::string_view kTestedSecret = "whsec_k8J2mN4pQ7rS1tU5vW9xY3zA6bC0dE2f";
constexpr std::int64_t kTested = 1'773'151'500;

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SLOTFLOW_TEST_IS_SLOW
#endif
#endif
#ifdef SLOTFLOW_TEST_IS_SLOW
constexpr int kEventCount = 100;
#else
constexpr int kEventCount = 1000;
#endif

std::string with_replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string many(std::size_t count, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

// An event that has line breaks between its fields, and an attendee with an umlaut.
std::string new_event(Random& random) {
  const auto when = from_unix_seconds(kTested + static_cast<std::int64_t>(random.below(100'000)));
  constexpr Preset presets[] = {Preset::sales, Preset::support, Preset::recruiting};
  const Event event = random.below(2) == 0 ? Event::booking_confirmed : Event::booking_cancelled;
  Json booking = Json::parse(booking_text(event, when, presets[random.below(3)], random));
  booking["attendee_name"] = "Zoë " + std::to_string(random.below(1000));
  booking["metadata"]["note"] = random.below(2) == 0 ? "a/b \"c\"" : "line\nbreak";
  // Another order would be lost where fields are sorted.
  booking["metadata"] = nlohmann::json::parse(booking["metadata"].dump());
  return make_payload(event, when, booking).dump(2);
}

std::string latin1(const std::string& text) {
  return with_replaced(text, "ë", "\xeb");
}

struct BodyRow {
  const char* mistake;
  std::string (*given)(const std::string& body);
};

// What programs do to a body, done here in other ways than the diagnosis undoes it.
const BodyRow kBodyRows[] = {
    {"the signed body ended with a newline",
     [](const std::string& body) { return body.substr(0, body.size() - 1); }},
    {"the body given here ends with a newline",
     [](const std::string& body) { return body + "\n"; }},
    {"the body given here has line breaks CR LF",
     [](const std::string& body) { return with_replaced(body, "\n", "\r\n"); }},
    {"the body given here begins with a byte order mark",
     [](const std::string& body) { return "\xef\xbb\xbf" + body; }},
    {"the body given here is base64", [](const std::string& body) { return base64(body); }},
    {"the body given here is base64",
     [](const std::string& body) { return base64(body).insert(76, "\r\n"); }},
    {"the body given here is a JSON string",
     [](const std::string& body) { return Json(body).dump(); }},
    {"the body given here was read or written as Latin-1",
     [](const std::string& body) { return latin1(body); }},
    {"the body given here was read or written as Latin-1",
     [](const std::string& body) { return with_replaced(body, "ë", "Ã«"); }},
    {"v1 matches a re-serialized body",
     [](const std::string& body) { return Json::parse(body).dump(); }},
    {"v1 matches a re-serialized body",
     [](const std::string& body) { return Json::parse(body).dump(1, '\t', true); }},
    {"v1 matches a re-serialized body",
     [](const std::string& body) {
       return nlohmann::json::parse(body).dump(1, ' ', true) + "\n\n";
     }},
    {"the body given here is empty", [](const std::string&) { return std::string(); }},
    {"the body given here is compressed with gzip",
     [](const std::string& body) { return "\x1f\x8b\x08" + body; }},
    {"no known mistake explains it: the header may be that of another event",
     [](const std::string& body) { return with_replaced(body, "Zoë ", "Zoë 1"); }},
};

}  // namespace

TEST_CASE("body mistakes: sorted keys are named, whatever the order of the metadata was") {
  Random random(2);
  for (int i = 0; i < 100; ++i) {
    const std::string booking =
        booking_text(Event::booking_confirmed, from_unix_seconds(kTested), Preset::sales, random);
    const std::string body =
        payload_text(Event::booking_confirmed, from_unix_seconds(kTested), booking);
    const std::string given = nlohmann::json::parse(body).dump(i % 2 == 0 ? -1 : 2);
    CAPTURE(given);
    CHECK(diagnose_signature(sign(kTestedSecret, kTested, body), given, kTestedSecret)
              .value_or("")
              .starts_with("v1 matches a re-serialized body"));
  }
}

TEST_CASE("body mistakes: each is named for what it is, for a thousand events") {
  Random random(1);
  for (int i = 0; i < kEventCount; ++i) {
    const std::string event = new_event(random);
    for (const BodyRow& row : kBodyRows) {
      const std::string body = &row == &kBodyRows[0] ? event + '\n' : event;
      const std::string given = row.given(body);
      const auto diagnosis =
          diagnose_signature(sign(kTestedSecret, kTested, body), given, kTestedSecret);
      REQUIRE(diagnosis.has_value());
      if (diagnosis->starts_with(row.mistake)) continue;
      CAPTURE(body);
      CAPTURE(given);
      CHECK(*diagnosis == row.mistake);
      return;
    }
  }
}

TEST_CASE("body mistakes: the signed body had the mistake") {
  const std::string body = "{\r\n\"a\":\"ë\"}";
  const auto mistake = [&](const std::string& signed_body, const std::string& given) {
    return std::string(
        find_body_mistake(given, [&](std::string_view other) { return other == signed_body; }));
  };
  CHECK(mistake("{\r\n}", "{\n}").starts_with("the body given here has line breaks LF"));
  CHECK(
      mistake("\xef\xbb\xbf{}", "{}").starts_with("the signed body began with a byte order mark"));
  CHECK(mistake("e30=", "{}").starts_with("base64 of the body was signed"));
  CHECK(mistake("\"{}\"", "{}").starts_with("the signed body was a JSON string"));
  CHECK(mistake(R"("{\"a\":\"\u00eb\"}")", R"({"a":"ë"})")
            .starts_with("the signed body was a JSON string"));
  CHECK(mistake("{}", "{}").empty());
  CHECK(mistake("{}", "").empty());
  CHECK(mistake("{}", "\xff\xfe").empty());
}

TEST_CASE("body mistakes: re-serialized JSON keeps its numbers and half characters") {
  const auto is_named = [](const std::string& signed_body, const std::string& given) {
    return find_body_mistake(given, [&](std::string_view other) { return other == signed_body; })
        .starts_with("v1 matches a re-serialized body");
  };
  const std::string event =
      R"({"event":"e","data":{"id":"b","metadata":{"z":"\ud83c","a":1e400,"n":-0.10}}})";
  CHECK(is_named(event, std::get<RawJson>(parse_raw_json(event)).dump(2)));
  CHECK(is_named(R"({"a":12345678901234567890123})", R"({ "a": 12345678901234567890123 })"));
  CHECK(is_named(R"({"a":"\ud83c\udf89"})", "{\"a\":\"\U0001f389\"}"));
  CHECK(is_named("{\"a\":\"\U0001f389\"}", R"({"a":"\ud83c\udf89"})"));
  CHECK(is_named(R"({"a":"\ud83cx"})", R"({"a":"\uD83C\u0078"})"));
  CHECK(is_named(R"({"a":{"b":1e2,"c":2},"d":1})", R"({"d":1,"a":{"c":2,"b":1e2}})"));
}

TEST_CASE("body mistakes: what is hashed is in proportion to the body, however deep it is nested") {
  constexpr std::size_t kMostTimes = 200;
  const std::string elements = many(20'000, "1,") + "1";
  for (const std::size_t depth : {1U, 10U, 100U, 500U}) {
    CAPTURE(depth);
    const std::string event =
        R"({"data":{"a":)" + many(depth, "[") + elements + many(depth, "]") + "}}";
    std::size_t hashed = 0;
    std::size_t longest = 0;
    find_body_mistake(event, [&](std::string_view other) {
      hashed += other.size();
      longest = std::max(longest, other.size());
      return false;
    });
    CHECK(longest <= longest_form(event.size()));
    CHECK(hashed <= kMostTimes * event.size());
  }
}

TEST_CASE("body mistakes: deeply nested JSON is found in the forms that are not too long") {
  const std::string compact = many(500, "[") + "1,2" + many(500, "]");
  const std::string spaced = many(500, "[") + "1, 2" + many(500, "]");
  const std::string lines = std::get<RawJson>(parse_raw_json(compact)).dump(2);
  const auto is_named = [](const std::string& signed_body, const std::string& given) {
    return !find_body_mistake(given, [&](std::string_view other) {
              return other == signed_body;
            }).empty();
  };
  CHECK(is_named(spaced, compact));
  CHECK(is_named(compact, lines));
  CHECK_FALSE(is_named(lines, compact));  // hundreds of times as long
}

TEST_CASE("body mistakes: the time is in proportion to the body") {
  const double times = growth(10'000, [](std::size_t size) {
    find_body_mistake("{\"a\":\"" + std::string(size, '\n') + "\"}",
                      [](std::string_view) { return false; });
    find_body_mistake(std::string(size, '\xc3'), [](std::string_view) { return false; });
  });
  CHECK(times < kLinear);
}
