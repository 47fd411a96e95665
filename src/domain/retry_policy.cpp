#include "domain/retry_policy.h"

#include <cmath>
#include <cstdio>
#include <string>

#include "domain/error.h"
#include "domain/expected.h"
#include "domain/number.h"

namespace slotflow {

namespace {

// In whole milliseconds: only no delay becomes none. A speed near zero leaves the range of
// Duration.
double scaled(Duration delay, double speed) {
  if (delay == Duration::zero()) return 0;
  return std::fmax(1, std::round(static_cast<double>(delay.count()) / speed));
}

constexpr auto kLongestDelay = static_cast<double>(kLongestDuration.count());

}  // namespace

std::optional<Duration> RetryPolicy::delay_after(int attempt) const {
  if (attempt < 1 || attempt >= max_attempts()) return std::nullopt;
  const Duration delay = delays[static_cast<std::size_t>(attempt) - 1];
  return Duration(static_cast<Duration::rep>(std::fmin(scaled(delay, speed), kLongestDelay)));
}

double parse_speed(const std::string& option, const std::string& text) {
  constexpr double kMin = 0.001;
  constexpr double kMax = 1e9;
  const auto speed = to_number<double>(text);
  if (!speed || !(*speed >= kMin) || *speed > kMax) {
    throw_expected(option, "a number from 0.001 to 1e9", text);
  }
  return *speed;
}

void refuse_too_long(const RetryPolicy& policy) {
  for (const Duration delay : policy.delays) {
    const double wait = scaled(delay, policy.speed);
    if (wait <= kLongestDelay) continue;
    char text[96];
    std::snprintf(text, sizeof text, "%.0fh (%s divided by %g)", std::ceil(wait / 3'600'000),
                  to_string(delay).c_str(), policy.speed);
    throw Error(
        ErrorCode::usage,
        "--retry-delays and --speed: expected retry delays of at most 87600h (10 years), got " +
            std::string(text),
        "", Error::Subjects{"--retry-delays", "--speed"});
  }
}

}  // namespace slotflow
