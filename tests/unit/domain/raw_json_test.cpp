#include "domain/raw_json.h"

#include <doctest/doctest.h>

#include "domain/random.h"
#include "support/growth.h"

using namespace slotflow;

namespace {

RawJson raw(std::string_view text) {
  auto parsed = parse_raw_json(text);
  REQUIRE(std::holds_alternative<RawJson>(parsed));
  return std::get<RawJson>(std::move(parsed));
}

std::string merged(std::string_view before, std::string_view given) {
  RawJson value = raw(before);
  value.merge(raw(given));
  return value.dump();
}

template <std::size_t count>
std::string_view one_of(const std::string_view (&choices)[count], Random& random) {
  return choices[random.below(count)];
}

std::string random_string(Random& random) {
  constexpr std::string_view kParts[] = {"a",
                                         "Z",
                                         " ",
                                         "/",
                                         "\\/",
                                         "\\\"",
                                         "\\\\",
                                         "\\n",
                                         "\\u0000",
                                         "\\u00E9",
                                         "\\ud83c",
                                         "\\uDF89",
                                         "\\ud83c\\udf89",
                                         "é",
                                         "\U0001f389",
                                         "\x7f",
                                         "{",
                                         "]",
                                         ",",
                                         ":"};
  std::string text = "\"";
  for (std::uint64_t i = random.below(6); i > 0; --i) text += one_of(kParts, random);
  return text + '"';
}

std::string random_number(Random& random) {
  constexpr std::string_view kWhole[] = {
      "0", "-0", "7", "-10", "12345678901234567890123", "9007199254740993"};
  constexpr std::string_view kRest[] = {"", ".0", ".1000", "e2", "E400", "e-400", ".5E+01"};
  std::string text(one_of(kWhole, random));
  return text + std::string(one_of(kRest, random));
}

// Compact JSON of any kind.
std::string random_json(Random& random, std::size_t depth) {
  constexpr std::string_view kWords[] = {"null", "true", "false"};
  const std::uint64_t kind = random.below(depth == 0 ? 3 : 5);
  if (kind == 0) return std::string(one_of(kWords, random));
  if (kind == 1) return random_number(random);
  if (kind == 2) return random_string(random);
  std::string text(1, kind == 3 ? '[' : '{');
  const std::uint64_t count = random.below(4);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    if (kind == 4) text += random_string(random) + ':';
    text += random_json(random, depth - 1);
  }
  return text + (kind == 3 ? ']' : '}');
}

}  // namespace

TEST_CASE("raw_json: random JSON is written as it was read, byte for byte") {
  Random random(11);
  for (int i = 0; i < 5'000; ++i) {
    const std::string text = random_json(random, 5);
    CAPTURE(text);
    REQUIRE(raw(text).dump() == text);
    // White space between the tokens is not kept, and changes nothing else.
    REQUIRE(raw(raw(text).dump(3)).dump() == text);
    REQUIRE(raw("\xEF\xBB\xBF \r\n" + text + "\t").dump() == text);
  }
}

TEST_CASE("raw_json: text that is not JSON has the problem that parse_json finds") {
  for (const char* text : {"", "{\n\"a\" 1}", "[1 2]", "{} x", "\"\\x\"", "nul"}) {
    CAPTURE(text);
    const auto problem = std::get<JsonProblem>(parse_raw_json(text));
    CHECK(to_string(problem) == to_string(std::get<JsonProblem>(parse_json(text))));
  }
  const std::string deep = std::string(512, '[') + "[" + std::string(513, ']');
  CHECK(std::get<JsonProblem>(parse_raw_json(deep)).too_deep);
  CHECK(raw(deep.substr(1, 1024)).dump() == deep.substr(1, 1024));
}

TEST_CASE("raw_json: the kinds of values") {
  CHECK(raw("null").is_null());
  CHECK_FALSE(raw("\"null\"").is_null());
  const char* const rows[][2] = {{"null", "null"}, {"true", "boolean"}, {"false", "boolean"},
                                 {"-1", "number"}, {"1e400", "number"}, {"\"x\"", "string"},
                                 {"[1]", "array"}, {"{}", "object"}};
  for (const auto& [text, type] : rows) CHECK(raw(text).type_name() == type);
  CHECK(RawJson::string("a\"é\n").dump() == "\"a\\\"é\\n\"");
  CHECK(RawJson::object().dump() == "{}");
  CHECK(RawJson().dump() == "null");
}

TEST_CASE("raw_json: a field is found by its name, whatever its escapes") {
  RawJson value = raw(R"({"\u0061":1,"b":2,"a":3})");
  REQUIRE(value.find("a") != nullptr);
  CHECK(value.find("a")->dump() == "3");
  CHECK(value.find("c") == nullptr);
  CHECK(raw("[1]").find("") == nullptr);
  value["b"].assign(raw("[1.0]"));
  value["c\n"].assign(raw("{}"));
  CHECK(value.dump() == R"({"\u0061":1,"b":[1.0],"a":3,"c\n":{}})");
}

TEST_CASE("raw_json: merged fields take the places of those with their names") {
  CHECK(merged(R"({"a":1,"b":2})", R"({"c":3,"a":1.0})") == R"({"a":1.0,"b":2,"c":3})");
  CHECK(merged(R"({"a":1})", R"({"\u0061":2})") == R"({"\u0061":2})");
  CHECK(merged("{}", R"({"a":1,"a":2})") == R"({"a":1,"a":2})");
  CHECK(merged(R"({"a":0,"b":0})", R"({"a":1,"a":2})") == R"({"a":1,"b":0,"a":2})");
  CHECK(merged(R"({"a":1,"b":2,"a":3})", R"({"a":4})") == R"({"a":4,"b":2})");
  CHECK(merged(R"({"a":1,"b":2,"a":3})", R"({"b":4})") == R"({"a":1,"b":4,"a":3})");
  CHECK(merged(R"({"\ud83c":1})", R"({"\ud83d":2})") == R"({"\ud83c":1,"\ud83d":2})");
}

TEST_CASE("raw_json: with an indent, a line for each value") {
  CHECK(raw(R"({"a":[1,{}],"b":{"c":[]}})").dump(2) ==
        "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": []\n  }\n}");
  const Json value = {{"x", {1, "a", nullptr}}, {"y", {{"z", Json::array()}}}};
  CHECK(raw(value.dump()).dump(4) == value.dump(4));
}

TEST_CASE("raw_json: merging takes time in proportion to the fields") {
  const double times = test::growth(2'500, [](std::size_t size) {
    std::string names = "{\"x\":0";
    for (std::size_t i = 0; i < size; ++i) names += ",\"" + std::to_string(i) + "\":0";
    REQUIRE(merged(names + "}", names + "}").size() > size);
  });
  CHECK(times < test::kLinear);
}
