#include "domain/json_input.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

namespace {

const Json kObject{{"text", "x"},
                   {"number", 7},
                   {"fraction", 7.5},
                   {"whole", 7.0},
                   {"large", 2147483648U},
                   {"small", -2147483648LL},
                   {"huge", 18446744073709551615U},
                   {"yes", true},
                   {"list", {1, 2}},
                   {"mixed", {1, "2"}},
                   {"null", nullptr}};

}  // namespace

TEST_CASE("json input: fields of the right type") {
  const JsonInput in(kObject);
  CHECK(in.text("text") == "x");
  CHECK(in.boolean("yes"));
  CHECK(in.integers("list") == std::vector{1, 2});
  CHECK(in.optional_integer("number") == 7);
  CHECK(in.optional_text("text") == "x");
  CHECK(in.optional_integers("list") == std::vector{1, 2});
  for (const char* name : {"null", "none"}) {
    CHECK(!in.optional_text(name));
    CHECK(!in.optional_integer(name));
    CHECK(!in.optional_integers(name));
    CHECK(in.find(name) == nullptr);
  }
}

TEST_CASE("json input: fields of another type") {
  const JsonInput in(kObject, "rule");
  const std::string start = "VALIDATION_ERROR: rule.";
  CHECK(thrown([&] { in.text("none"); }) == start + "none: expected a string, got nothing");
  CHECK(thrown([&] { in.text("null"); }) == start + "null: expected a string, got null");
  CHECK(thrown([&] { in.optional_text("number"); }) ==
        start + "number: expected a string, got a number");
  CHECK(thrown([&] { in.boolean("text"); }) ==
        start + "text: expected true or false, got a string");
  CHECK(thrown([&] { in.integers("none"); }) ==
        start + "none: expected an array of integers, got nothing");
  CHECK(thrown([&] { in.integers("text"); }) ==
        start + "text: expected an array of integers, got a string");
  CHECK(thrown([&] { in.integers("mixed"); }) ==
        start + "mixed[1]: expected an integer, got a string");
  CHECK(in.integer("whole") == 7);
  CHECK(thrown([&] { in.optional_integer("fraction"); }) ==
        start + "fraction: expected an integer, got a number");
  CHECK(thrown([&] { in.optional_integer("large"); }) ==
        start + "large: expected a smaller number, got 2147483648");
  CHECK(thrown([&] { in.optional_integer("huge"); }) ==
        start + "huge: expected a smaller number, got 18446744073709551615");
  CHECK(thrown([&] { in.optional_integer("small"); }) ==
        start + "small: expected a smaller number, got -2147483648");
  const Json list = Json::array();
  CHECK(thrown([&] { JsonInput{list}; }) ==
        "VALIDATION_ERROR: body: expected an object, got an array");
  CHECK(thrown([&] { JsonInput(list, "recurrence"); }) ==
        "VALIDATION_ERROR: recurrence: expected an object, got an array");
}
