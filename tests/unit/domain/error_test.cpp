#include "domain/error.h"

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("error: every code has its own row, name and exit code") {
  for (std::size_t i = 0; i < kErrorCodes.size(); ++i) {
    CHECK(static_cast<std::size_t>(kErrorCodes[i].code) == i);
  }
  const Error error(ErrorCode::limit_reached, "the plan allows 2", "raise it");
  CHECK(error.info().name == "LIMIT_REACHED");
  CHECK(error.info().status == 402);
  CHECK(error.info().exit_code == 1);
  CHECK(error.hint() == "raise it");
  CHECK(Error(ErrorCode::usage, "x").info().exit_code == 2);
  CHECK(Error(ErrorCode::store_error, "x").info().exit_code == 3);
  CHECK_FALSE(Error(ErrorCode::io_error, "x").info().status.has_value());
}
