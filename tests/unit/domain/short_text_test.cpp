#include "domain/short_text.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("short text: parts and numbers, one after the other") {
  ShortText<16> text;
  CHECK(text.view().empty());
  text.append("ab");
  text.append("");
  text.append(std::size_t{0});
  text.append(std::size_t{9876});
  text.append(std::array{'x', 'y'});
  CHECK(text.view() == "ab09876xy");
}

TEST_CASE("short text: more than it has room for is an error, and changes nothing") {
  ShortText<4> text;
  text.append("abc");
  CHECK_THROWS_AS(text.append("de"), std::length_error);
  CHECK_THROWS_AS(text.append(std::size_t{10}), std::length_error);
  CHECK(text.view() == "abc");
  text.append("d");
  CHECK(text.view() == "abcd");
  CHECK_THROWS_AS(text.append(std::size_t{1}), std::length_error);
}
