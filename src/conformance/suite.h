// The catalogue as a whole, and a run through a part of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/driver.h"
#include "domain/check_report.h"
#include "engine/interrupt.h"

namespace slotflow {

// Every check, in the order in which they are run.
std::vector<const Check*> all_checks();

// The checks that `only` names (all, when it is empty) less those that `skip` names. A name is an
// id, or a section for all of its checks. Throws Error{usage} for one that there is not.
std::vector<const Check*> select_checks(const std::vector<std::string>& only,
                                        const std::vector<std::string>& skip);

// Sends a plain event, and another one if that is not taken, to learn whether it is worth going on.
// Throws Error{network_error} when
// the subject cannot be reached at all, with what to do about it. The result is what `run_checks`
// wants as its baseline.
Reply reach(const Subject& subject, HttpTransport& transport, const Clock& clock,
            std::uint64_t seed);

// Runs one check after the other, and reports each. Each has bookings of its own, so that it finds
// the same whatever else is run. After an interrupt nothing more is run, or reported.
void run_checks(
    const std::vector<const Check*>& checks, const Subject& subject, HttpTransport& transport,
    const Clock& clock, std::uint64_t seed, const Reply& baseline, const Interrupt& interrupt,
    const std::function<void(const Check&, const Finding&, std::chrono::microseconds)>& report);

}  // namespace slotflow
