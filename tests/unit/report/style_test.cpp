#include "report/style.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("style: with colour, text stands between its sequence and a reset") {
  const Style style{.colour = true};
  CHECK(style.bold("a") == "\x1b[1ma\x1b[0m");
  CHECK(style.dim("a") == "\x1b[2ma\x1b[0m");
  CHECK(style.red("a") == "\x1b[31ma\x1b[0m");
  CHECK(style.green("a") == "\x1b[32ma\x1b[0m");
  CHECK(style.yellow("a") == "\x1b[33ma\x1b[0m");
  CHECK(style.cyan("a") == "\x1b[36ma\x1b[0m");
}

TEST_CASE("style: without colour, or without text, nothing is added") {
  CHECK(Style{}.red("a") == "a");
  CHECK(Style{.colour = true}.red("") == "");
}
