#include "domain/choices.h"

#include <array>

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;

namespace {

struct Row {
  std::string_view name;
  int value;
};
constexpr std::array<Row, 3> kRows{{{"one", 1}, {"two", 2}, {"three", 3}}};

}  // namespace

TEST_CASE("choices: a row is found by its exact name") {
  CHECK(names_of(kRows) == std::vector<std::string>{"one", "two", "three"});
  CHECK(row_named(kRows, "two") == &kRows[1]);
  CHECK(row_named(kRows, "Two") == nullptr);
  CHECK(row_named(kRows, "") == nullptr);
  CHECK(require_row("--n", kRows, "three").value == 3);
}

TEST_CASE("choices: an unknown name is an error that lists the names") {
  CHECK(test::thrown([] { require_row("--n", kRows, "tow"); }) ==
        "USAGE: --n: expected one, two or three, got 'tow' | hint: did you mean 'two'?");
}
