#include "api/recent_calls.h"

#include <doctest/doctest.h>

using namespace slotflow;

namespace {

ApiCall numbered(std::uint64_t n, std::size_t body = 0) {
  ApiCall call;
  call.n = n;
  call.body = std::string(body, 'x');
  return call;
}

}  // namespace

TEST_CASE("recent calls: the oldest give way") {
  RecentCalls recent;
  for (std::uint64_t n = 1; n <= RecentCalls::kCapacity + 5; ++n) recent.add(numbered(n));
  const auto calls = recent.all();
  REQUIRE(calls.size() == RecentCalls::kCapacity);
  CHECK(calls.front().n == 6);
  CHECK(calls.back().n == RecentCalls::kCapacity + 5);
}

TEST_CASE("recent calls: large bodies leave room for fewer calls") {
  RecentCalls recent;
  for (std::uint64_t n = 1; n <= 40; ++n) recent.add(numbered(n, 1024 * 1024));
  const auto calls = recent.all();
  CHECK(calls.size() == 15);
  CHECK(calls.back().n == 40);
}

TEST_CASE("recent calls: clear() forgets all") {
  RecentCalls recent;
  recent.add(numbered(1, 1000));
  recent.clear();
  CHECK(recent.all().empty());
}
