// When a failed attempt is retried.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/duration.h"

namespace slotflow {

// Slotflow's documentation: at once, after 5 minutes, after 60 more; 3 attempts in total. Each
// delay starts when the previous attempt ends (our choice).
struct RetryPolicy {
  std::vector<Duration> delays{std::chrono::minutes(5), std::chrono::minutes(60)};
  double speed = 300;  // divides every delay; 1 is real time

  int max_attempts() const { return static_cast<int>(delays.size()) + 1; }
  // Returns the delay after failed attempt number `attempt` (from 1), at most kLongestDuration;
  // nullopt after the last.
  std::optional<Duration> delay_after(int attempt) const;
};

// Parses a number from 0.001 to 1e9. Throws Error{usage} that starts with `option`.
double parse_speed(const std::string& option, const std::string& text);

// Throws Error{usage} if a speed below 1 makes a delay longer than kLongestDuration.
void refuse_too_long(const RetryPolicy& policy);

}  // namespace slotflow
