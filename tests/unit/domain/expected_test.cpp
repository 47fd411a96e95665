#include "domain/expected.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;

TEST_CASE("expected: names the option, the wish and the value, which is quoted") {
  CHECK(test::thrown([] { throw_expected("--x", "a y", "\x1b"); }) ==
        "USAGE: --x: expected a y, got '\\x1b'");
  CHECK(test::thrown([] { throw_expected("--x", "a y", "z", "type y"); }) ==
        "USAGE: --x: expected a y, got 'z' | hint: type y");
}
