// Whether an amount of work costs in proportion to its size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include <time.h>

namespace slotflow::test {

// Processor time of this thread alone: what else the machine does changes little of it.
inline double thread_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// How many times as much processor time `work` takes for eight times the `size`: about 8 where it
// is linear, 64 where it grows with the square. The least of three tries each.
inline double growth(std::size_t size, const std::function<void(std::size_t)>& work) {
  const auto seconds = [&](std::size_t of) {
    double least = 1e9;
    for (int i = 0; i < 3; ++i) {
      const double begin = thread_seconds();
      work(of);
      least = std::min(least, thread_seconds() - begin);
    }
    return least;
  };
  const double small = seconds(size);
  return seconds(8 * size) / small;
}

inline constexpr double kLinear = 24;  // between the two

}  // namespace slotflow::test
