// The clock that never goes back, for durations and limits. Nothing else reads it.
#pragma once

#include <chrono>

namespace slotflow {

using SteadyTime = std::chrono::steady_clock::time_point;

inline SteadyTime steady_now() {
  return std::chrono::steady_clock::now();
}

}  // namespace slotflow
