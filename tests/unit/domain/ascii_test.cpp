#include "domain/ascii.h"

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

// How many of the 256 bytes belong to a class.
int count(bool (*is_member)(char)) {
  int members = 0;
  for (int byte = 0; byte < 256; ++byte) members += is_member(static_cast<char>(byte)) ? 1 : 0;
  return members;
}

}  // namespace

TEST_CASE("ascii: classes have their members and no others") {
  for (const char c : {'0', '9'}) CHECK(is_digit(c));
  for (const char c : {'0', '9', 'a', 'f', 'A', 'F'}) CHECK(is_hex_digit(c));
  for (const char c : {'a', 'z', 'A', 'Z'}) CHECK(is_letter(c));
  for (const char c : {' ', '\t'}) CHECK(is_blank(c));
  for (const char c : {' ', '\t', '\n', '\v', '\f', '\r'}) CHECK(is_space(c));
  for (const char c : {'\0', '\t', '\x1f', '\x7f'}) CHECK(is_control(c));
  CHECK(count(is_digit) == 10);
  CHECK(count(is_hex_digit) == 22);
  CHECK(count(is_letter) == 52);
  CHECK(count(is_letter_or_digit) == 62);
  CHECK(count(is_blank) == 2);
  CHECK(count(is_space) == 6);
  CHECK(count(is_control) == 33);
}

TEST_CASE("ascii: digits are one or more") {
  CHECK(is_digits("0"));
  CHECK(is_digits("0123456789"));
  for (const char* text : {"", " 1", "1 ", "-1", "1.0", "0x1", "\xd9\xa1"})
    CHECK_FALSE(is_digits(text));
}

TEST_CASE("ascii: only ASCII letters have another case") {
  CHECK(lower_case("AZaz09[É") == "azaz09[É");
  CHECK(upper_case('z') == 'Z');
  CHECK(upper_case('{') == '{');
  CHECK(same_without_case("Content-Type", "cONTENT-tYPE"));
  CHECK_FALSE(same_without_case("a", "ab"));
  CHECK_FALSE(same_without_case("[", "{"));
}
