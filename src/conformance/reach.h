// Finds out whether the handler is there and accepts a valid event.
#pragma once

#include <cstdint>

#include "conformance/driver.h"

namespace slotflow {

// Waits until the handler accepts connections or an interrupt ends the wait. Throws
// Error{network_error} if it does not within `patience`.
void await_handler(const Subject& subject, Clock& clock, const Interrupt& interrupt,
                   Duration patience);

// Sends a valid event, and a second one if the first is not accepted. Returns the reply, which the
// checks use as baseline. Throws Error{network_error} with a hint if no connection is established
// or the server does not speak the URL's protocol. `leaks` searches the responses.
Reply reach(const Subject& subject, BlockingClient& client, const Clock& clock,
            const Interrupt& interrupt, std::uint64_t seed, LeakWatch& leaks);

}  // namespace slotflow
