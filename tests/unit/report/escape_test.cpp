#include "report/escape.h"

#include <doctest/doctest.h>

#include "unit/report/samples.h"

using namespace slotflow;

TEST_CASE("escape: readable text stays as it is") {
  const std::string text = "Zo\xc3\xab \\ \"\xe6\x97\xa5\" \xf0\x9f\x98\x80 ~";
  CHECK(safe_line(text) == text);
  CHECK(safe_text(text) == text);
  CHECK(safe_json(text) == text);
}

TEST_CASE("escape: control characters become visible") {
  CHECK(safe_line("\x1b[31mred") == "\\x1b[31mred");
  CHECK(safe_line("\x1b]0;title\x07") == "\\x1b]0;title\\x07");
  CHECK(safe_line(std::string_view("\0\b\x7f", 3)) == "\\x00\\x08\\x7f");
  CHECK(safe_line("a\nb\r\n\tc") == "a\\nb\\r\\n\\tc");
  CHECK(safe_text("a\nb\r\n\tc\x1b") == "a\nb\\r\n\tc\\x1b");
}

TEST_CASE("escape: C1 characters and bytes become visible") {
  CHECK(safe_line("\xc2\x9b"
                  "31m") == "\\u{9b}31m");
  CHECK(safe_line("\xc2\x80\xc2\x9f\xc2\xa0") == "\\u{80}\\u{9f}\xc2\xa0");
  CHECK(safe_line("\x9b"
                  "31m\xff") == "\\x9b31m\\xff");
  CHECK(safe_line("\xe2\x82") == "\\xe2\\x82");
}

TEST_CASE("escape: characters that reorder or hide text become visible") {
  CHECK(safe_line("\xe2\x80\xaa\xe2\x80\xae") == "\\u{202a}\\u{202e}");
  CHECK(safe_line("\xe2\x81\xa6\xe2\x81\xa9") == "\\u{2066}\\u{2069}");
  CHECK(safe_line("\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f") == "\\u{061c}\\u{200e}\\u{200f}");
  CHECK(safe_line("\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf") == "\\u{2028}\\u{2029}\\u{feff}");
  // Zero width joiners and non-joiners are part of emoji and of Persian.
  const std::string family = "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7";
  const std::string persian = "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae";
  CHECK(safe_line(family + persian) == family + persian);
}

TEST_CASE("escape: texts that differ look different") {
  CHECK(safe_line("id\u200b1") == "id\\u{200b}1");
  CHECK(safe_line("id\u200d1\u200c") == "id\\u{200d}1\\u{200c}");
  CHECK(safe_line("a\ufe0f\u00ad\u2060\u3164") == "a\\u{fe0f}\\u{ad}\\u{2060}\\u{3164}");
  CHECK(safe_line("a\U000e0041") == "a\\u{e0041}");
  CHECK(safe_json("\"a\u200b\U000e0041\"") == "\"a\\u200b\\udb40\\udc41\"");
  CHECK(Json::parse(safe_json("\"a\U000e0041\"")) == "a\U000e0041");
}

TEST_CASE("escape: in JSON the escapes are JSON's own") {
  CHECK(safe_json("\"\xe2\x80\xae\xc2\x9b\x7f\"") == "\"\\u202e\\u009b\\u007f\"");
  CHECK(safe_json("\x1b\x9b") == "\\x1b\\x9b");
}

TEST_CASE("escape: an excerpt says that it is one") {
  CHECK(safe_excerpt("abc", 3) == "abc");
  CHECK(safe_excerpt("abcd", 3) == "abc…");
  CHECK(safe_excerpt("\xc3\xa9\xc3\xa9\x1b", 3) == "\xc3\xa9\xc3\xa9\\x1b");
}

TEST_CASE("escape: nothing hostile gets through") {
  CHECK(test::danger_in(safe_line(test::hostile_text())) == "");
  CHECK(test::danger_in(safe_json(test::hostile_text())) == "");
  // And the test itself sees what it looks for.
  CHECK(test::danger_in(test::hostile_text()) == "control byte 27");
  CHECK(test::danger_in("\xc2\x9b") == "C1 155");
  CHECK(test::danger_in("\xe2\x81\xa6") == "bidi or BOM");
  CHECK(test::danger_in("\x9b") == "a byte that is no UTF-8");
}
