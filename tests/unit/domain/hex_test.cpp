#include "domain/hex.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("hex: the last digits of a number, in lower case") {
  CHECK(hex_digit(0) == '0');
  CHECK(hex_digit(0xaf) == 'f');
  std::string out = "x";
  append_hex(out, 0x1234abcd, 4);
  append_hex(out, 0xf, 2);
  append_hex(out, ~0ULL, 16);
  append_hex(out, 1, 0);
  CHECK(out == "xabcd0fffffffffffffffff");
}
