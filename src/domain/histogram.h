// How often durations of each length were measured.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace slotflow {

// Holds durations from 0 to 1 h exactly to 0.8 %, in at most 26 KiB however many they are: cells
// are 1 us wide up to 256 us, then each is at most 1/128 of its value wide. Longer ones count as
// 1 h. Not thread-safe.
class Histogram {
 public:
  using Microseconds = std::chrono::microseconds;

  static constexpr Microseconds kLongest = std::chrono::hours(1);

  void add(Microseconds value);
  void add(const Histogram& other);

  std::uint64_t count() const { return count_; }
  // Of these, all are exact; 0 if there is no value.
  Microseconds min() const { return min_; }
  Microseconds max() const { return max_; }
  double mean() const;  // in microseconds

  // Returns the smallest value that at least `percent` % of all values do not exceed (the nearest
  // rank), exact to 0.8 %; 0 if there is no value. `percent` is from 0 to 100.
  Microseconds percentile(double percent) const;

  struct Cell {
    Microseconds first;  // the values that it counts, both inclusive
    Microseconds last;
    std::uint64_t count;
  };
  // Returns the cells that are not empty, the shortest first.
  std::vector<Cell> cells() const;

 private:
  std::vector<std::uint64_t> counts_;  // as many as the largest value needs
  std::uint64_t count_ = 0;
  double sum_ = 0;  // microseconds
  Microseconds min_{0};
  Microseconds max_{0};
};

}  // namespace slotflow
