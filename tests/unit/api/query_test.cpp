#include "api/query.h"

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using test::thrown;

namespace {

const WebFields kQuery{{"limit", "1"}, {"limit", "20"}, {"empty", ""}, {"word", "x"}};

}  // namespace

TEST_CASE("query: the last field counts") {
  CHECK(required_field(kQuery, "limit") == "20");
  CHECK(optional_number(kQuery, "limit", 1, 100) == 20);
}

TEST_CASE("query: a number may be missing or empty") {
  CHECK(optional_number(kQuery, "absent", 1, 100) == std::nullopt);
  CHECK(optional_number(kQuery, "empty", 1, 100) == std::nullopt);
}

TEST_CASE("query: errors name the field") {
  CHECK(thrown([] { required_field(kQuery, "absent"); }) ==
        "VALIDATION_ERROR: absent: expected a value in the query, got nothing");
  CHECK(thrown([] { optional_number(kQuery, "word", 1, 100); }) ==
        "VALIDATION_ERROR: word: expected a number from 1 to 100, got 'x'");
  CHECK(thrown([] { optional_number(kQuery, "limit", 1, 19); }) ==
        "VALIDATION_ERROR: limit: expected a number from 1 to 19, got '20'");
}
