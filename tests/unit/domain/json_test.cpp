#include "domain/json.h"

#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

#include "support/growth.h"

using namespace slotflow;
using namespace std::string_view_literals;

namespace {

// "line:column expected", or "fine".
std::string json_problem(std::string_view text) {
  const auto result = parse_json(text);
  const JsonProblem* found = std::get_if<JsonProblem>(&result);
  if (found == nullptr) return "fine";
  return std::to_string(found->line) + ":" + std::to_string(found->column) + " " + found->expected;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("json: members keep their order") {
  const std::string text = R"({"z":1,"a":{"y":[1,2.5,null,true],"b":"\u00e9"},"m":""})";
  const std::optional<Json> value = try_parse_json(text);
  REQUIRE(value.has_value());
  CHECK(to_line(*value) == "{\"z\":1,\"a\":{\"y\":[1,2.5,null,true],\"b\":\"é\"},\"m\":\"\"}");
}

TEST_CASE("json: any value is a document") {
  for (const char* text : {"null", "0", "-1.5e3", "\"\"", "[]", "{}", " \r\n\t[ ] \n"}) {
    CHECK(json_problem(text) == "fine");
  }
  CHECK(try_parse_json("18446744073709551615")->dump() == "18446744073709551615");
}

TEST_CASE("json: a problem names its place and what was expected there") {
  CHECK(json_problem("") == "1:1 a value");
  CHECK(json_problem("   ") == "1:4 a value");
  CHECK(json_problem("{") == "1:2 a field name in double quotes");
  CHECK(json_problem("{\n  \"a\": 1,\n}") == "3:1 a field name in double quotes");
  CHECK(json_problem("{\"a\" 1}") == "1:6 ':'");
  CHECK(json_problem("{\"a\":1 2}") == "1:8 ',' or '}'");
  CHECK(json_problem("[1 2]") == "1:4 ',' or ']'");
  CHECK(json_problem("[1,]") == "1:4 a value");
  CHECK(json_problem("{} x") == "1:4 the end of the text");
  CHECK(json_problem("'a'") == "1:1 a value");
  CHECK(json_problem("\n\n nope") == "3:3 a value");
  CHECK(json_problem("01") == "1:2 the end of the text");
  CHECK(json_problem("-") == "1:2 a number");
  CHECK(json_problem("\"a") == "1:3 a closing quote");
  CHECK(json_problem("\"a\nb\"") == "1:3 a string with its control characters escaped");
  CHECK(json_problem("\"\\x\"") == "1:3 an escape such as \\n or \\u00e9");
  CHECK(json_problem("\"\\u12g4\"") == "1:6 four hexadecimal digits");
  CHECK(json_problem("[1., 2]") == "1:4 a number");
  CHECK(json_problem("[1e+]") == "1:5 a number");
  CHECK(json_problem("[-x]") == "1:3 a number");
  CHECK(json_problem("\"\\") == "1:3 an escape such as \\n or \\u00e9");
  CHECK(json_problem("\"\\ud8\"") == "1:6 four hexadecimal digits");
}

TEST_CASE("json: text that quotes the parser's own words does not confuse it") {
  CHECK(json_problem("[\"UTF-8; expected ':'\" 1]") == "1:24 ',' or ']'");
  CHECK(json_problem("nul; last read: ; expected end of input") == "1:4 a value");
}

TEST_CASE("json: text that is not UTF-8 is rejected") {
  CHECK(json_problem("\"\xff\"") == "1:2 UTF-8");
  CHECK(json_problem("\"\xc3\"") == "1:2 UTF-8");
  CHECK(json_problem("\"a\xed\xa0\x80\"") == "1:3 UTF-8");
  CHECK(json_problem("\"\xff\\x\"") == "1:4 an escape such as \\n or \\u00e9");
  CHECK(json_problem("{\"\xc0\xaf\":1}") == "1:3 UTF-8");
  CHECK_FALSE(try_parse_json("\"a\0b\""sv).has_value());
}

TEST_CASE("json: half of a character and a number of any size are JSON") {
  CHECK(try_parse_json(R"(["a\ud83cb\udf89"])")->dump() == "[\"a\ufffdb\ufffd\"]");
  CHECK(try_parse_json(R"("\ud83c\ud83c\udf89\ud83c")")->get<std::string>() ==
        "\ufffd\U0001f389\ufffd");
  CHECK(try_parse_json(R"({"\ud83c":1})")->dump() == "{\"\ufffd\":1}");
  CHECK(try_parse_json("1e400")->get<double>() == std::numeric_limits<double>::infinity());
  CHECK(try_parse_json("-1e400")->get<double>() == -std::numeric_limits<double>::infinity());
  CHECK(try_parse_json("1e-400")->get<double>() == 0);
  CHECK(try_parse_json("12345678901234567890123")->get<double>() == 12345678901234567890123.0);
  CHECK(try_parse_json("-9223372036854775808")->get<std::int64_t>() == INT64_MIN);
}

TEST_CASE("json: a NUL byte does not end it") {
  CHECK(json_problem("{}\0x"sv) == "1:3 the end of the text");
  CHECK(json_problem("{}\0"sv) == "1:3 the end of the text");
  CHECK(json_problem("\0"sv) == "1:1 a value");
  CHECK(json_problem("{\n\0}"sv) == "2:1 a field name in double quotes");
  CHECK(json_problem("[1,\0]"sv) == "1:4 a value");
  CHECK(json_problem("[1\0]"sv) == "1:3 ',' or ']'");
  CHECK(json_problem("nul\0"sv) == "1:4 a value");
  CHECK(json_problem("\"a\0\""sv) == "1:3 a string with its control characters escaped");
}

TEST_CASE("json: of a name that occurs twice, the last value counts at the first place") {
  CHECK(try_parse_json(R"({"a":1,"b":2,"\u0061":3})")->dump() == R"({"a":3,"b":2})");
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"" + std::to_string(i) + "\":1,";
  const Json value = try_parse_json(many + R"("7":2,"99":3})").value();
  CHECK(value.size() == 100);
  CHECK(value["7"] == 2);
  CHECK(value["99"] == 3);
  CHECK(value.begin().key() == "0");
}

TEST_CASE("json: the time is in proportion to the text") {
  const double times = test::growth(2'000, [](std::size_t size) {
    std::string names = "{";
    for (std::size_t i = 0; i < size; ++i) names += "\"" + std::to_string(i) + "\":0,";
    REQUIRE(try_parse_json(names + "\"x\":0}").has_value());
  });
  CHECK(times < test::kLinear);
}

TEST_CASE("json: what is too deep is not called anything else") {
  const auto too_deep = [](std::string_view text) {
    return std::get<JsonProblem>(parse_json(text)).too_deep;
  };
  CHECK(too_deep(repeated("[", 513)));
  CHECK_FALSE(too_deep(repeated("[", 512)));
  CHECK_FALSE(too_deep("x" + repeated("[", 513)));
}

TEST_CASE("json: nesting has a limit") {
  CHECK(json_problem(repeated("[", 512) + repeated("]", 512)) == "fine");
  CHECK(json_problem(repeated("[", 513) + repeated("]", 513)) ==
        "1:513 at most 512 levels of nesting");
  CHECK(json_problem(repeated("[", 100'000)) == "1:513 at most 512 levels of nesting");
  CHECK(json_problem(repeated("{\"a\":", 100'000) + "1" + repeated("}", 100'000)) ==
        "1:2561 at most 512 levels of nesting");
  CHECK(json_problem(repeated("[{\"a\":\n", 100'000)) == "257:1 at most 512 levels of nesting");
}

TEST_CASE("json: brackets inside strings nest nothing") {
  CHECK(json_problem("\"" + repeated("[", 100'000) + "\"") == "fine");
  CHECK(json_problem("[\"\\\"" + repeated("{", 100'000) + "\\\\\"]") == "fine");
  CHECK(json_problem("[" + repeated("[],", 100'000) + "{}]") == "fine");
}

TEST_CASE("json: fields are found only in objects") {
  const Json json = Json::parse(R"({"a":"x","b":1})");
  REQUIRE(find_field(json, "b") != nullptr);
  CHECK(*find_field(json, "b") == 1);
  CHECK(find_field(json, "c") == nullptr);
  CHECK(find_field(json.at("a"), "a") == nullptr);
  REQUIRE(find_string(json, "a") != nullptr);
  CHECK(*find_string(json, "a") == "x");
  CHECK(find_string(json, "b") == nullptr);
}

TEST_CASE("json: a line of output is always UTF-8") {
  CHECK(to_line(Json("a\xff\n")) == "\"a\xef\xbf\xbd\\n\"");
  CHECK(to_line(Json{{"b", 1}, {"a", Json::array()}}) == R"({"b":1,"a":[]})");
}
