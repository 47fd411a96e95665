#include "api/retry_after.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

const Timestamp kEight = *parse_iso8601("1994-11-06T08:00:00Z");

}  // namespace

TEST_CASE("retry-after: seconds") {
  CHECK(parse_retry_after("0", kEight) == 0s);
  CHECK(parse_retry_after(" 120 ", kEight) == 120s);
  CHECK(parse_retry_after("99999999999999999999999", kEight) == 1'000'000'000s);
}

TEST_CASE("retry-after: a date") {
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", kEight) == 49min + 37s);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 07:59:59 GMT", kEight) == 0s);
}

TEST_CASE("retry-after: anything else says nothing") {
  for (const char* text : {"", "soon", "-1", "1.5", "Sun, 06 Foo 1994 08:49:37 GMT",
                           "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 0x Nov 1994 08:49:37 GMT"}) {
    CAPTURE(text);
    CHECK(parse_retry_after(text, kEight) == std::nullopt);
  }
}
