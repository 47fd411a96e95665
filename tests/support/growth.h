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

inline constexpr double kLinear = 180;  // between 32 and 1024

// Returns the factor by which processor time grows for 32 times the `size`: 32 if linear, up to a
// hundred if the caches hold only the small one, 1024 if quadratic. Takes the minimum of at least
// three measurements of each size: of more, while the factor is not that of linear work, because on
// a busy machine all of a few can be disturbed.
inline double growth(std::size_t size, const std::function<void(std::size_t)>& work) {
  constexpr int kFewest = 3;
  constexpr int kMost = 20;
  constexpr std::size_t kTimes = 32;
  double small = 1e9, large = 1e9;
  const auto measure = [&](std::size_t of, double& least) {
    const double begin = thread_seconds();
    work(of);
    least = std::min(least, thread_seconds() - begin);
  };
  for (int i = 0; i < kFewest || (i < kMost && large / small >= kLinear); ++i) {
    measure(size, small);
    measure(kTimes * size, large);
  }
  return large / small;
}

}  // namespace slotflow::test
