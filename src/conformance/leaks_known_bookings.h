// Whether responses tell which bookings a handler knows.
#pragma once

#include "conformance/check.h"

namespace slotflow::leaks {

// Fails if the responses to forged events of bookings that the handler has accepted, and of others,
// differ in the same place each time.
Finding known_bookings(Driver& driver);

}  // namespace slotflow::leaks
