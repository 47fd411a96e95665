#include "report/utf8.h"

#include <string>

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("utf8: one character of each length is decoded") {
  const auto check = [](std::string_view bytes, char32_t code_point, std::size_t length) {
    const auto character = first_character(bytes);
    REQUIRE(character);
    CHECK(character->code_point == code_point);
    CHECK(character->length == length);
  };
  check("az", U'a', 1);
  check("\xc3\xa9z", 0xe9, 2);
  check("\xe2\x82\xacz", 0x20ac, 3);
  check("\xf0\x9f\x98\x80z", 0x1f600, 4);
  check("\xf4\x8f\xbf\xbf", 0x10ffff, 4);
  check(std::string_view("\0", 1), 0, 1);
}

TEST_CASE("utf8: what RFC 3629 forbids is no character") {
  for (const std::string_view bytes :
       {"", "\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\xaf", "\xe2\x82",
        "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\xaf", "\xf0\x9f\x98", "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80", "\xff"}) {
    CAPTURE(bytes.size());
    CHECK_FALSE(first_character(bytes));
  }
}

TEST_CASE("utf8: a cut keeps characters whole and counts bad bytes") {
  CHECK(first_characters("abc", 2) == "ab");
  CHECK(first_characters("abc", 9) == "abc");
  CHECK(first_characters("\xc3\xa9\xc3\xa9\xc3\xa9", 2) == "\xc3\xa9\xc3\xa9");
  CHECK(first_characters("\xff\xff\xff", 2) == "\xff\xff");
  CHECK(first_characters("abc", 0).empty());
}

TEST_CASE("utf8: width counts columns, not bytes") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("Zo\xc3\xab") == 3);
  CHECK(display_width("Zoe\xcc\x88") == 3);
  CHECK(display_width("\xe6\x97\xa5\xe6\x9c\xac") == 4);
  CHECK(display_width("\xf0\x9f\x98\x80") == 2);
  CHECK(display_width("\xff") == 1);
}
