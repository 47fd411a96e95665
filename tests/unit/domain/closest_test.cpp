#include "domain/closest.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

TEST_CASE("closest: a typing mistake finds its word") {
  const std::vector<std::string> choices{"confirmed", "cancelled", "booking.confirmed", "all"};
  CHECK(closest_match("canceled", choices) == "cancelled");
  CHECK(closest_match("cnacelled", choices) == "cancelled");
  CHECK(closest_match("CONFIRMED", choices) == "confirmed");
  CHECK(closest_match("confirm", choices) == "confirmed");
  CHECK(closest_match("booking-confirmed", choices) == "booking.confirmed");
  CHECK(closest_match("lal", choices) == "all");
}

TEST_CASE("closest: the nearer of two wins, the first of equals") {
  CHECK(closest_match("reset", {"resets", "reset"}) == "reset");
  CHECK(closest_match("bat", {"cat", "hat"}) == "cat");
}

TEST_CASE("closest: nothing is near enough to be meant") {
  const std::vector<std::string> choices{"free", "starter", "growth"};
  CHECK(closest_match("enterprise", choices).empty());
  CHECK(closest_match("", choices).empty());
  CHECK(closest_match("x", {"y"}).empty());
  CHECK(closest_match(std::string(100'000, 'f'), choices).empty());
  CHECK(closest_match("free", {}).empty());
}

TEST_CASE("closest: an unknown choice names the valid ones") {
  CHECK(thrown([] { throw_unknown_choice("--color", "alwys", {"auto", "always", "never"}); }) ==
        "USAGE: --color: expected auto, always or never, got 'alwys' | hint: did you mean "
        "'always'?");
  CHECK(thrown([] { throw_unknown_choice("--x", "\x1b", {"one"}); }) ==
        "USAGE: --x: expected one, got '\\x1b'");
}
