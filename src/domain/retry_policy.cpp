#include "domain/retry_policy.h"

#include <cmath>

namespace slotflow {

std::optional<Duration> RetryPolicy::delay_after(int attempt) const {
  if (attempt < 1 || attempt >= max_attempts()) return std::nullopt;
  const Duration delay = delays[static_cast<std::size_t>(attempt) - 1];
  // A speed near zero must not leave the range of Duration.
  constexpr double kLongest = 1e15;
  const double scaled = std::round(static_cast<double>(delay.count()) / speed);
  return Duration(static_cast<Duration::rep>(std::fmin(scaled, kLongest)));
}

}  // namespace slotflow
