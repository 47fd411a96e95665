// Whether responses tell how much of a wrong signature is right.
#pragma once

#include <string>

#include "conformance/check.h"

namespace slotflow::leaks {

// Fails if the responses to a v1 with a wrong first digit and to one with a wrong last digit differ
// in the same place each time. What also differs between responses to the same request, such as a
// date, an id or a counter, does not count.
Finding oracle(Driver& driver);

}  // namespace slotflow::leaks
