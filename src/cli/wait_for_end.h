// The wait of a command that serves until it is stopped.
#pragma once

#include "cli/context.h"
#include "cli/pending_warnings.h"

namespace slotflow {

// Returns when a signal, or the end of the output's reader, ends the command, or when `failed`, a
// descriptor, can be read; whether that is the reason. Prints warnings meanwhile.
bool wait_for_end(PendingWarnings& warnings, const World& world, int failed);

}  // namespace slotflow
