#include "report/json_line.h"

#include <doctest/doctest.h>

#include "domain/json.h"
#include "domain/utf8.h"
#include "report/escape.h"

using namespace slotflow;

namespace {

std::string as_string(std::string_view bytes) {
  std::string out;
  append_json_string(out, bytes);
  return out;
}

}  // namespace

TEST_CASE("json_line: members in their order") {
  std::string out = "before ";
  JsonLine line(out);
  line.text("a", "x").text_or_null("b", std::nullopt).text_or_null("c", std::string("y"));
  line.number("d", -7).boolean("e", true).boolean("f", false).null("g");
  line.raw("h") += "[1]";
  line.end();
  CHECK(out == R"(before {"a":"x","b":null,"c":"y","d":-7,"e":true,"f":false,"g":null,"h":[1]})");
  std::string empty;
  JsonLine(empty).end();
  CHECK(empty == "{}");
}

TEST_CASE("json_line: strings are those of the JSON library, made safe for a terminal") {
  std::string every_byte;
  for (int c = 0; c < 256; ++c) every_byte += static_cast<char>(c);
  for (const std::string& text :
       {std::string(), std::string("plain"), std::string("q\"b\\s/"), every_byte,
        std::string("\b\f\n\r\t\x01\x1f\x7f\0", 9),
        std::string("é€😀 \xc2\x9b\xe2\x80\xae\xef\xbb\xbf"), std::string("cut \xe2\x82"),
        std::string("\xff\xc0\x80\xed\xa0\x80 end")}) {
    CAPTURE(text);
    const Json parsed = Json::parse(as_string(text));
    CHECK(safe_json(as_string(text)) == as_string(text));
    if (is_utf8(text)) {
      CHECK(parsed == text);
      CHECK(as_string(text) == safe_json(to_line(Json(text))));
    }
  }
}
