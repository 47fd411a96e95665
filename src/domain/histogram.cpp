#include "domain/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace slotflow {

namespace {

// A value below kExact has a cell of its own. Of a larger one, the highest kBits bits choose the
// cell.
constexpr int kBits = 8;
constexpr std::uint64_t kExact = 1U << kBits;
constexpr std::uint64_t kHalf = kExact / 2;  // cells of each power of two

std::size_t cell_of(std::uint64_t value) {
  if (value < kExact) return value;
  const auto shift = static_cast<std::uint64_t>(std::bit_width(value) - kBits);
  return kExact + (shift - 1) * kHalf + ((value >> shift) - kHalf);
}

std::uint64_t first_of(std::size_t cell) {
  if (cell < kExact) return cell;
  const std::uint64_t shift = (cell - kExact) / kHalf + 1;
  return ((cell - kExact) % kHalf + kHalf) << shift;
}

std::uint64_t last_of(std::size_t cell) {
  return first_of(cell + 1) - 1;
}

Histogram::Microseconds microseconds(std::uint64_t value) {
  return Histogram::Microseconds(static_cast<std::chrono::microseconds::rep>(value));
}

}  // namespace

void Histogram::add(Microseconds value) {
  value = std::clamp(value, Microseconds(0), Microseconds(kLongest));
  const std::size_t cell = cell_of(static_cast<std::uint64_t>(value.count()));
  if (cell >= counts_.size()) counts_.resize(cell + 1);
  ++counts_[cell];
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  ++count_;
  sum_ += static_cast<double>(value.count());
}

void Histogram::add(const Histogram& other) {
  if (other.count_ == 0) return;
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  count_ += other.count_;
  sum_ += other.sum_;
}

double Histogram::mean() const {
  return count_ == 0 ? 0 : sum_ / static_cast<double>(count_);
}

Histogram::Microseconds Histogram::percentile(double percent) const {
  if (count_ == 0) return Microseconds(0);
  const double exact_rank = percent / 100 * static_cast<double>(count_);
  // 99.9 % of 1,000 is 999.0000000000001 as a double.
  const auto rank = static_cast<std::uint64_t>(std::ceil(exact_rank - 1e-6));
  std::uint64_t seen = 0;
  for (std::size_t cell = 0; cell < counts_.size(); ++cell) {
    seen += counts_[cell];
    if (seen >= std::max<std::uint64_t>(rank, 1)) {
      return std::clamp(microseconds(last_of(cell)), min_, max_);
    }
  }
  return max_;
}

std::vector<Histogram::Cell> Histogram::cells() const {
  std::vector<Cell> result;
  for (std::size_t cell = 0; cell < counts_.size(); ++cell) {
    if (counts_[cell] == 0) continue;
    result.push_back({microseconds(first_of(cell)), microseconds(last_of(cell)), counts_[cell]});
  }
  return result;
}

}  // namespace slotflow
