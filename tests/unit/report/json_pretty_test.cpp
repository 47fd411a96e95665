#include "report/json_pretty.h"

#include <doctest/doctest.h>

#include "unit/report/samples.h"

using namespace slotflow;

TEST_CASE("json_pretty: only white space changes") {
  CHECK(
      pretty_json(R"( {"b" :1.0e+2,"a":[ 12345678901234567890,-0.00 ,true,null],"a":"\u00e9\/\""})",
                  {}) ==
      "{\n"
      "  \"b\": 1.0e+2,\n"
      "  \"a\": [\n"
      "    12345678901234567890,\n"
      "    -0.00,\n"
      "    true,\n"
      "    null\n"
      "  ],\n"
      "  \"a\": \"\\u00e9\\/\\\"\"\n"
      "}\n");
}

TEST_CASE("json_pretty: empty containers and lone values take one line") {
  CHECK(pretty_json(R"({"a":{ },"b":[],"c":[[]]})", {}) ==
        "{\n"
        "  \"a\": {},\n"
        "  \"b\": [],\n"
        "  \"c\": [\n"
        "    []\n"
        "  ]\n"
        "}\n");
  CHECK(pretty_json(" 1 \n", {}) == "1\n");
  CHECK(pretty_json("\"{[,:\"", {}) == "\"{[,:\"\n");
}

TEST_CASE("json_pretty: every line is indented") {
  CHECK(pretty_json("[1,2]", {}, {.indent = 4}) ==
        "    [\n"
        "      1,\n"
        "      2\n"
        "    ]\n");
}

TEST_CASE("json_pretty: names, strings and other values have their colours") {
  CHECK(pretty_json(R"({"a" : "b","c":1})", {.colour = true}) ==
        "{\n"
        "  \x1b[36m\"a\"\x1b[0m: \x1b[32m\"b\"\x1b[0m,\n"
        "  \x1b[36m\"c\"\x1b[0m: \x1b[33m1\x1b[0m\n"
        "}\n");
}

TEST_CASE("json_pretty: characters that could harm a terminal are escaped as JSON does") {
  const std::string pretty = pretty_json("[\"\xe2\x80\xae\xc2\x9b\x7f\",\"\\u001b\"]", {});
  CHECK(pretty ==
        "[\n"
        "  \"\\u202e\\u009b\\u007f\",\n"
        "  \"\\u001b\"\n"
        "]\n");
  CHECK(Json::parse(pretty) == Json::parse("[\"\xe2\x80\xae\xc2\x9b\x7f\",\"\\u001b\"]"));
}

TEST_CASE("json_pretty: more than the limit is counted, not shown") {
  CHECK(pretty_json("[1,2,3]", {}, {.indent = 1, .max_bytes = 8}) ==
        " [\n"
        "   1,\n"
        " … (4 bytes more)\n");
  CHECK(pretty_json("\"abcdef\"", {}, {.max_bytes = 4}) ==
        "\"abc\n"
        "… (4 bytes more)\n");
  CHECK(pretty_json("\"a\xc3\xa9\"", {}, {.max_bytes = 3}) ==
        "\"a\n"
        "… (3 bytes more)\n");
  CHECK(pretty_json("12 \n", {}, {.max_bytes = 2}) == "12\n");
}

TEST_CASE("json_pretty: output is bounded by default") {
  std::string nested(512, '[');
  nested.append("1").append(512, ']');
  for (const std::string& big : {nested, '"' + std::string(1'000'000, 'x') + '"'}) {
    CHECK(pretty_json(big, {}).size() < 65'536 + 1'200);
  }
}

TEST_CASE("json_pretty: text that is no JSON neither crashes nor harms") {
  CHECK(pretty_json("", {}) == "\n");
  CHECK(pretty_json("]]}}", {}) == "\n]\n]\n}\n}\n");
  CHECK(pretty_json("\"abc\\", {}) == "\"abc\\\n");
  CHECK(pretty_json("\x1b[", {}) == "\\x1b[\n  \n");
  CHECK(test::danger_in(pretty_json(test::hostile_text(), {})) == "");
  CHECK(pretty_json(std::string(1'000'000, '['), {}).size() < 70'000);
}
