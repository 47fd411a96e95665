#include "domain/random.h"

#include <array>
#include <set>

#include <doctest/doctest.h>

using namespace slotflow;

TEST_CASE("random: SplitMix64's published values") {
  Random random(1'234'567);
  CHECK(random.next() == 6'457'827'717'110'365'317U);
  CHECK(random.next() == 3'203'168'211'198'807'973U);
  CHECK(random.next() == 9'817'491'932'198'370'423U);
  CHECK(random.next() == 4'593'380'528'125'082'431U);
  CHECK(random.next() == 16'408'922'859'458'223'821U);
}

TEST_CASE("random: below covers its range evenly") {
  Random random(1);
  std::array<int, 7> counts{};
  for (int i = 0; i < 70'000; ++i) ++counts.at(random.below(7));
  for (const int count : counts) {
    CHECK(count > 9'700);  // three deviations of 93 from 10,000
    CHECK(count < 10'300);
  }
  CHECK(random.below(1) == 0);
}

TEST_CASE("random: below() skips the numbers that would favour small results") {
  // With this bound a plain remainder gives the lower half twice as often as the upper.
  constexpr std::uint64_t kBound = 3ULL << 62U;
  Random random(5);
  int lower = 0;
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t draw = random.below(kBound);
    CHECK(draw < kBound);
    lower += draw < kBound / 2 ? 1 : 0;
  }
  CHECK(lower > 4'850);
  CHECK(lower < 5'150);
}

TEST_CASE("random: unit is within [0, 1)") {
  Random random(2);
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double draw = random.unit();
    REQUIRE(draw >= 0);
    REQUIRE(draw < 1);
    sum += draw;
  }
  CHECK(sum / 10'000 == doctest::Approx(0.5).epsilon(0.02));
}

TEST_CASE("random: each item of a run has its own numbers, always the same") {
  CHECK(Random::for_item(7, 3).next() == Random::for_item(7, 3).next());
  std::set<std::uint64_t> draws;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (std::uint64_t index = 0; index < 100; ++index) {
      Random random = Random::for_item(seed, index);
      for (int i = 0; i < 5; ++i) draws.insert(random.next());
    }
  }
  // Streams that overlap would share values.
  CHECK(draws.size() == 20 * 100 * 5);
}

TEST_CASE("random: the numbers of neighbouring items are unrelated") {
  int agree = 0;
  for (std::uint64_t n = 1; n <= 10'000; ++n) {
    const bool here = Random::for_item(1, n).unit() < 0.5;
    const bool next = Random::for_item(1, n + 1).unit() < 0.5;
    agree += here == next ? 1 : 0;
  }
  CHECK(agree > 4'850);
  CHECK(agree < 5'150);
}

TEST_CASE("random: a UUID of version 4 in form") {
  Random random(3);
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    const std::string id = random.uuid();
    REQUIRE(id.size() == 36);
    CHECK(id.find_first_not_of("0123456789abcdef-") == std::string::npos);
    CHECK(id[8] == '-');
    CHECK(id[13] == '-');
    CHECK(id[14] == '4');
    CHECK(id[18] == '-');
    CHECK(std::string("89ab").find(id[19]) != std::string::npos);
    CHECK(id[23] == '-');
    seen.insert(id);
  }
  CHECK(seen.size() == 1'000);
  CHECK(Random(42).uuid() == Random(42).uuid());
}
