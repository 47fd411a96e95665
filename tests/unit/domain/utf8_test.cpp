#include "domain/utf8.h"

#include <string>

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::string_view_literals;

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

TEST_CASE("utf8: bytes that RFC 3629 forbids are not a character") {
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

TEST_CASE("utf8: is_utf8 follows RFC 3629") {
  for (const std::string_view text :
       {"", "plain", "é", "€", "🎉", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    CHECK(is_utf8(text));
  }
  CHECK(is_utf8("a\0b"sv));
  for (const std::string_view text :
       {"\x80", "\xff", "\xc3", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82",
        "\xe2\x82z", "\xf0\x9f\x8e", "é\xa9"}) {
    CAPTURE(text.size());
    CHECK_FALSE(is_utf8(text));
  }
}

TEST_CASE("utf8: a prefix ends between characters") {
  CHECK(utf8_prefix("abc", 3) == "abc");
  CHECK(utf8_prefix("abc", 2) == "ab");
  CHECK(utf8_prefix("aé", 2) == "a");
  CHECK(utf8_prefix("a🎉b", 4) == "a");
  CHECK(utf8_prefix("a🎉b", 5) == "a🎉");
  CHECK(utf8_prefix("🎉", 0) == "");
  CHECK(utf8_prefix("🎉", 3) == "");
  CHECK(utf8_prefix(std::string(10, '\x80'), 6) == std::string(6, '\x80'));
}

TEST_CASE("utf8: hidden characters are those that a terminal obeys or does not show") {
  for (const char32_t c : {U'\0', U'\n', U'\x1f', U'\x7f', U'\x80', U'\x9f', U'\x61c', U'\x200e',
                           U'\x200f', U'\x2028', U'\x202e', U'\xad', U'\x200b', U'\x2060',
                           U'\x3164', U'\xe0041', U'\x2066', U'\x2069', U'\xfeff'}) {
    CAPTURE(static_cast<unsigned>(c));
    CHECK(is_hidden(c));
  }
  // Joiners are part of emoji and of Persian.
  for (const char32_t c : {U' ', U'~', U'\xa0', U'\x200c', U'\x200d', U'\x2027', U'\x202f'}) {
    CAPTURE(static_cast<unsigned>(c));
    CHECK_FALSE(is_hidden(c));
  }
  CHECK_FALSE(is_hidden(U'\x200d', U'\x1f469'));
  CHECK(is_hidden(U'\x200d', U'a'));
  CHECK(is_hidden(U'\xfe0f', U'1'));
  CHECK(is_hidden(U'\x200b', U'\x1f469'));
}
