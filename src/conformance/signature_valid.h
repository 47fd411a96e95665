// Why the handler rejects valid signatures.
#pragma once

#include "conformance/driver.h"

namespace slotflow::signature {

// Returns the finding for a handler that rejects the signature of every valid event. Sends events
// that are signed in the usual wrong ways; if one is accepted, the finding says so.
Finding explained_rejection(Driver& driver);

}  // namespace slotflow::signature
