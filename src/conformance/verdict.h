// Decides what the result of a check is about: the rule that it tests, or a handler that crashed,
// limits the rate or is inconsistent.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "conformance/trace.h"

namespace slotflow {

// All that is known when a check has run.
struct Observation {
  bool failed = false;              // the check's own result
  bool refused_connection = false;  // during the check
  bool saw_429 = false;
  bool saw_503 = false;
  std::optional<bool> repetition_passed = {};  // nullopt: the check was not repeated
  Health health = {};                          // after the check
  bool limit_is_known = false;                 // an earlier check has reported the rate limit
  bool rejected_before = false;  // this is of the second run; valid events were rejected after the
                                 // first, too
};

// 429 and 503: what rate limits respond with.
bool is_of_rate_limits(int status);

// What a result is about.
enum class Cause {
  rule,          // the check's own rule: the result counts as it is
  inconsistent,  // the handler fails now and then: a check that failed passed when repeated
  rate_limit,    // a rate limit, which this check is the first to report
  known_limit,   // a rate limit that was reported before: the result proves nothing
  crash,         // the handler does not listen any more
  lockout,       // the handler listens, but does not accept valid events any more
  ban,           // the handler rejects valid events for a moment after those of the check
  held_up,       // ... does not respond to them
};
inline constexpr std::array<std::string_view, 8> kCauseNames{
    "rule", "inconsistent", "rate_limit", "known_limit", "crash", "lockout", "ban", "held_up"};
inline constexpr std::string_view to_string(Cause cause) {
  return kCauseNames[static_cast<std::size_t>(cause)];
}

struct Judgement {
  Cause cause = Cause::rule;
  int status = 0;  // of a rate limit: 429 or 503

  bool operator==(const Judgement&) const = default;
};

// Pure: the same observation has the same judgement.
Judgement judge(const Observation& observed);

// Returns true if the check should run again before it is judged. A check that failed is repeated,
// to tell a defect from an inconsistent handler, unless it took long and saw no status of a rate
// limit. So is one after which the handler rejected a valid event for a moment: it may have
// rejected everything meanwhile.
bool should_repeat(const Observation& observed, bool took_long);

}  // namespace slotflow
