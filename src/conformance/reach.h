// The first look at a handler: is it there, and does it take a plain valid event?
#pragma once

#include <cstdint>

#include "conformance/driver.h"

namespace slotflow {

// Sends a plain event, and another one if that is not taken, to learn whether it is worth going on.
// The result is what the checks go by as their baseline. Throws Error{network_error}, with what to
// do about it, when no connection to the subject comes about, or not in the protocol of its URL.
Reply reach(const Subject& subject, BlockingClient& client, const Clock& clock,
            const Interrupt& interrupt, std::uint64_t seed);

}  // namespace slotflow
