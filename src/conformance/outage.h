// The findings about a handler that does not accept valid events: what is reported in place of a
// check's own finding.
#pragma once

#include <string_view>

#include "conformance/check.h"
#include "conformance/trace.h"
#include "conformance/verdict.h"

namespace slotflow {

// The handler limits the rate, and responds with `status`.
Finding rate_limited(const Check& check, Finding finding, int status);

// The handler failed a check, and passed it when it was repeated.
Finding inconsistent(Finding finding);

// The handler crashed, or blocks us. `previous` is the id of the check that ran before, if any.
Finding stopped_accepting(const Check& check, Finding finding, Cause cause, const Trace& trace,
                          const Health& health, std::string_view previous);

}  // namespace slotflow
