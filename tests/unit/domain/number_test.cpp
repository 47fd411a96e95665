#include "domain/number.h"

#include <cstdint>

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("number: nothing may be around it") {
  CHECK(to_number<int>("-12") == -12);
  CHECK(to_number<std::uint64_t>("18446744073709551615") == UINT64_MAX);
  CHECK(to_number<std::uint64_t>("fF", 16) == 255);
  CHECK(to_number<double>("1e3") == 1000);
  for (const char* text : {"", " 1", "1 ", "+1", "1x", "x"}) {
    CAPTURE(text);
    CHECK_FALSE(to_number<int>(text));
    CHECK_FALSE(to_number<double>(text));
  }
}

TEST_CASE("number: it must be in the range of its type") {
  CHECK_FALSE(to_number<std::uint64_t>("18446744073709551616"));
  CHECK_FALSE(to_number<std::uint64_t>("-1"));
  CHECK_FALSE(to_number<double>("1e999"));
}

TEST_CASE("number: a probability is from 0 to 1") {
  CHECK(to_probability("0") == 0.0);
  CHECK(to_probability("0.25") == 0.25);
  CHECK(to_probability("1") == 1.0);
  for (const char* text : {"", "1.1", "-0.1", "nan", "inf", "50%"})
    CHECK_FALSE(to_probability(text));
}
