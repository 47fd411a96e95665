#include "domain/json.h"

#include <doctest/doctest.h>

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
  CHECK(json_problem("\"\\ud800\"") == "1:8 a surrogate pair");
  CHECK(json_problem("[1e999]") == "1:6 a number within the range of a double");
}

TEST_CASE("json: text that quotes the parser's own words does not confuse it") {
  CHECK(json_problem("[\"UTF-8; expected ':'\" 1]") == "1:24 ',' or ']'");
  CHECK(json_problem("nul; last read: ; expected end of input") == "1:4 a value");
}

TEST_CASE("json: text that is not UTF-8 is rejected") {
  CHECK(json_problem("\"\xff\"") == "1:2 UTF-8");
  CHECK(json_problem("\"\xc3\"") == "1:3 UTF-8");
  CHECK(json_problem("\"\xed\xa0\x80\"") == "1:3 UTF-8");
  CHECK(json_problem("{\"\xc0\xaf\":1}") == "1:3 UTF-8");
  CHECK_FALSE(try_parse_json("\"a\0b\""sv).has_value());
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

TEST_CASE("json: a line of output is always UTF-8") {
  CHECK(to_line(Json("a\xff\n")) == "\"a\xef\xbf\xbd\\n\"");
  CHECK(to_line(Json{{"b", 1}, {"a", Json::array()}}) == R"({"b":1,"a":[]})");
}
