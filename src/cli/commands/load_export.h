// `load --export`: the load test for another program.
#pragma once

#include <vector>

#include "cli/commands/load_events.h"
#include "cli/commands/load_options.h"
#include "send/delivery.h"

namespace slotflow {

// Writes the files of options.exported, which must be given, and says how to use them. `ones`: a
// delivery for each endpoint. Throws Error{io_error} and Error{usage}.
void export_load(const LoadOptions& options, const std::vector<Delivery>& ones, LoadEvents& events,
                 const Context& context);

}  // namespace slotflow
