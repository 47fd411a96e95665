// The events of one booking.
#pragma once

#include "conformance/driver.h"

namespace slotflow {

// Returns the event of the same booking with another name.
Json other_event(Json event, Event name);

// Returns true if the handler accepts the confirmation and then the cancellation of a new booking
// in which nothing is unusual.
bool accepts_cancellations(Driver& driver);

// Passes if `event`, a confirmation, is accepted, and then the cancellation of the same booking. A
// handler that rejects every cancellation is left to delivery.cancelled.
Finding accepted_and_cancelled(Driver& driver, const Json& event);

}  // namespace slotflow
