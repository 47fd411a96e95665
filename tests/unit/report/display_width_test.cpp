#include "report/display_width.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("display_width: counts columns, not bytes") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("Zo\xc3\xab") == 3);
  CHECK(display_width("Zoe\xcc\x88") == 3);
  CHECK(display_width("\xe6\x97\xa5\xe6\x9c\xac") == 4);
  CHECK(display_width("\xf0\x9f\x98\x80") == 2);
  CHECK(display_width("\xff") == 1);
}
