// Decides what the result of a check is about: the rule that it tests, or a handler that crashed,
// limits the rate or is inconsistent.
#pragma once

#include <optional>

#include "conformance/trace.h"

namespace slotflow {

// All that is known when a check has run.
struct Observation {
  bool failed = false;            // the check's own result; else it passed or was skipped
  bool refused_connection = false;  // a connection was refused during the check
  bool saw_429 = false;
  bool saw_503 = false;
  std::optional<bool> repetition_passed = {};  // nullopt: the check was not repeated
  Health health = {};
  bool limit_is_known = false;  // an earlier check has reported the rate limit
};

// Who or what a result is about.
enum class Cause {
  handler,       // the handler and the check's own rule: the result counts as it is
  inconsistent,  // the handler: it failed, and passed when the check was repeated
  rate_limit,    // a rate limit, which this check is the first to report
  known_limit,   // a rate limit that was reported before: the result proves nothing
  crash,         // the handler does not listen any more
  lockout,       // the handler listens, but does not accept valid events any more
};

struct Judgement {
  Cause cause = Cause::handler;
  int status = 0;  // of a rate limit: 429 or 503

  bool operator==(const Judgement&) const = default;
};

// Pure. The rows of its table are tried in order; src/conformance/verdict.cpp has them with their
// reasons.
Judgement judge(const Observation& observed);

// A check that failed is repeated, to tell a defect from an inconsistent handler, unless it was
// slow. One that passed because something was rejected is repeated if the handler rejected a valid
// event after it as well: it may have rejected everything at that moment.
bool should_repeat(const Observation& observed, bool was_slow);

}  // namespace slotflow
