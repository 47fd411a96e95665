// The findings about a handler that does not accept valid events: what is reported in place of a
// check's own finding.
#pragma once

#include <string>
#include <string_view>

#include "conformance/check.h"
#include "conformance/trace.h"
#include "conformance/verdict.h"

namespace slotflow {

// The handler limits the rate, and responds with `status`.
Finding rate_limited(const Check& check, Finding finding, int status);

// The handler fails now and then: it failed a check, and passed it when it was repeated, or
// (`unsteady` describes that) it rejected one of many valid events.
Finding inconsistent(const Check& check, Finding finding, const std::string& unsteady);

// The handler accepts no valid events for a moment after those of the check, because of a ban or
// because it is held up.
Finding rejected_for_a_moment(const Check& check, Finding finding, Cause cause, const Trace& trace,
                              const Health& health);

// The handler crashed, or blocks us. `previous` is the id of the check that ran before, if any.
Finding stopped_accepting(const Check& check, Finding finding, Cause cause, const Trace& trace,
                          const Health& health, std::string_view previous);

}  // namespace slotflow
