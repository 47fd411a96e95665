// Measures whether the cost of work is proportional to its size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include <time.h>

namespace slotflow::test {

// Returns the processor time of this thread, which depends little on other processes.
inline double thread_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Returns the factor by which processor time grows for eight times the `size`: about 8 if linear,
// 64 if quadratic. Takes the minimum of three measurements each.
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
