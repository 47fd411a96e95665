// The checks of confidential information that responses reveal.
#pragma once

#include "conformance/check.h"
#include "conformance/leak_watch.h"

namespace slotflow::leaks {

// Returns true if `check` looks for what `watch` has found already: it then fails without sending
// anything.
bool is_found(const Check& check, const LeakWatch& watch);

}  // namespace slotflow::leaks
