#include "domain/histogram.h"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "domain/random.h"

using namespace slotflow;

namespace {

using Microseconds = std::chrono::microseconds;

// The nearest rank in all values.
Microseconds exact_percentile(const std::vector<Microseconds>& sorted, double percent) {
  const auto rank = static_cast<std::size_t>(
      std::ceil(percent / 100 * static_cast<double>(sorted.size()) - 1e-6));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

TEST_CASE("histogram: percentiles are those of all values, to 1 %") {
  Random random(20);
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    Histogram histogram;
    std::vector<Microseconds> values;
    const std::size_t size = 1 + random.below(2'000);
    const double widest = random.unit() * std::log(3.6e9);
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
      // From 1 us to 1 h, each power of two as likely as the others.
      const auto value = Microseconds(static_cast<std::int64_t>(std::exp(random.unit() * widest)));
      values.push_back(value);
      histogram.add(value);
      sum += static_cast<double>(value.count());
    }
    std::ranges::sort(values);
    CHECK(histogram.count() == size);
    CHECK(histogram.min() == values.front());
    CHECK(histogram.max() == values.back());
    CHECK(histogram.mean() == doctest::Approx(sum / static_cast<double>(size)));
    for (const double percent : {0.0, 1.0, 25.0, 50.0, 90.0, 95.0, 99.0, 99.9, 100.0}) {
      CAPTURE(percent);
      const auto exact = static_cast<double>(exact_percentile(values, percent).count());
      const auto got = static_cast<double>(histogram.percentile(percent).count());
      CHECK(got >= exact);
      CHECK(got <= exact * 1.01);
    }
  }
}

TEST_CASE("histogram: every value is in its cell, and cells follow each other") {
  std::int64_t next = 0;
  Histogram all;
  for (std::int64_t value = 0; value <= Histogram::kLongest.count(); value += 1 + value / 1000) {
    all.add(Microseconds(value));
  }
  for (const Histogram::Cell& cell : all.cells()) {
    CHECK(cell.first.count() == next);
    CHECK(cell.last >= cell.first);
    const auto width = static_cast<double>((cell.last - cell.first).count());
    CHECK(width <= static_cast<double>(cell.first.count()) / 128);
    next = cell.last.count() + 1;
  }
  CHECK(next > Histogram::kLongest.count());
}

TEST_CASE("histogram: what is too long or negative counts as the longest or the shortest") {
  Histogram histogram;
  CHECK(histogram.percentile(50).count() == 0);
  CHECK(histogram.mean() == 0);
  histogram.add(Microseconds(-5));
  histogram.add(std::chrono::hours(2));
  CHECK(histogram.min().count() == 0);
  CHECK(histogram.max() == Histogram::kLongest);
  CHECK(histogram.percentile(100) == Histogram::kLongest);
}

TEST_CASE("histogram: the sum of two has the values of both") {
  Histogram first, second, both;
  Random random(1);
  for (int i = 0; i < 1'000; ++i) {
    const auto value = Microseconds(static_cast<std::int64_t>(random.below(5'000'000)));
    (i % 3 == 0 ? first : second).add(value);
    both.add(value);
  }
  first.add(second);
  first.add(Histogram());
  CHECK(first.count() == both.count());
  CHECK(first.min() == both.min());
  CHECK(first.max() == both.max());
  CHECK(first.mean() == doctest::Approx(both.mean()));
  CHECK(first.cells().size() == both.cells().size());
  CHECK(first.percentile(90) == both.percentile(90));
}
