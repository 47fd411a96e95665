// The check of a GET request.
#pragma once

#include "conformance/check.h"

namespace slotflow::delivery {

// Passes if a GET request is rejected, or gets another response than an event does.
Finding get(Driver& driver);

}  // namespace slotflow::delivery
