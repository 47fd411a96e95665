#include "domain/delay.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "support/thrown.h"

using namespace slotflow;
using namespace slotflow::test;
using namespace std::chrono_literals;

namespace {

std::vector<Duration> samples(const Delay& delay, std::uint64_t count) {
  std::vector<Duration> drawn;
  for (std::uint64_t i = 0; i < count; ++i) drawn.push_back(sample(delay, Random::for_item(7, i)));
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

}  // namespace

TEST_CASE("delay: valid forms") {
  CHECK(parse_delay("--delay", "250ms") == Delay(DurationRange{250ms, 250ms}));
  CHECK(parse_delay("--delay", "1s..5s") == Delay(DurationRange{1s, 5s}));
  CHECK(parse_delay("--delay", "lognormal:80ms,2s") == Delay(Lognormal{80ms, 2s}));
  CHECK(parse_delay("--delay", "lognormal:1,1") == Delay(Lognormal{1s, 1s}));
}

TEST_CASE("delay: invalid forms") {
  const std::string expected =
      "USAGE: --delay: expected lognormal:MEDIAN,P99 with the shorter time first such as "
      "lognormal:80ms,2s, got ";
  for (const char* text :
       {"lognormal:0,1s", "lognormal:2s,1s", "lognormal:1s", "lognormal:1,2,3"}) {
    CHECK(thrown([&] { parse_delay("--delay", text); }) == expected + "'" + text + "'");
  }
  CHECK(thrown([] { parse_delay("--delay", "lognormal:"); }) == expected + "'lognormal:'");
  CHECK(thrown([] { parse_delay("--delay", "normal:1,2"); }) ==
        "USAGE: --delay: expected a duration such as 10s, or a range such as 1s..5s, got "
        "'normal:1,2'");
}

TEST_CASE("delay: a fixed one is always the same, a range keeps within its ends") {
  CHECK(samples(DurationRange{3s, 3s}, 10) == std::vector<Duration>(10, 3s));
  const auto drawn = samples(DurationRange{100ms, 103ms}, 1'000);
  CHECK(drawn.front() == 100ms);
  CHECK(drawn.back() == 103ms);
}

TEST_CASE("delay: a lognormal one has the median and the p99 it was given") {
  const auto drawn = samples(Lognormal{100ms, 1s}, 20'000);
  const auto share_below = [&](Duration limit) {
    return static_cast<double>(std::lower_bound(drawn.begin(), drawn.end(), limit) -
                               drawn.begin()) /
           static_cast<double>(drawn.size());
  };
  CHECK(share_below(100ms) == doctest::Approx(0.5).epsilon(0.03));
  CHECK(share_below(1s) == doctest::Approx(0.99).epsilon(0.003));
  CHECK(drawn.front() >= 0ms);
  // All draws are alike where there is nothing to spread.
  CHECK(samples(Lognormal{5s, 5s}, 10) == std::vector<Duration>(10, 5s));
}

TEST_CASE("delay: whether the seed matters") {
  CHECK_FALSE(is_random(Delay{}));
  CHECK_FALSE(is_random(DurationRange{1s, 1s}));
  CHECK(is_random(DurationRange{1s, 2s}));
  CHECK(is_random(Lognormal{1s, 2s}));
}
