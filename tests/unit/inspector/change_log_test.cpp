#include "inspector/change_log.h"

#include <doctest/doctest.h>

using namespace slotflow;

using Numbers = std::vector<int>;

TEST_CASE("change log: what came after a position, in parts") {
  ChangeLog<int> log(3);
  CHECK(log.position() == 0);
  CHECK(log.after(0, 9).changes.empty());
  for (const int n : {1, 2, 3}) log.add(n);
  CHECK(log.after(0, 9).changes == Numbers{1, 2, 3});
  CHECK(log.after(0, 2).changes == Numbers{1, 2});
  CHECK(log.after(0, 2).position == 2);
  CHECK(log.after(2, 9).changes == Numbers{3});
  CHECK(log.after(3, 9).changes.empty());
  CHECK(!log.after(3, 9).lost);
}

TEST_CASE("change log: who has missed too much, or comes from elsewhere, has to begin anew") {
  ChangeLog<int> log(3);
  for (int n = 1; n <= 5; ++n) log.add(n);
  CHECK(!log.after(2, 9).lost);
  for (const std::uint64_t position : {0U, 1U, 6U}) {
    CAPTURE(position);
    const auto part = log.after(position, 9);
    CHECK(part.lost);
    CHECK(part.changes.empty());
    CHECK(part.position == 5);
  }
  log.lose();
  CHECK(log.after(5, 9).lost);
  CHECK(!log.after(log.position(), 9).lost);
}
