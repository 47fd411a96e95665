// The progress of a load test while it runs.
#pragma once

#include <asio/awaitable.hpp>

#include "cli/load_progress.h"
#include "domain/load_plan.h"
#include "load/generator.h"
#include "net/event_loop.h"
#include "system/interrupt.h"

namespace slotflow {

// Runs `generator`, and shows how far it has come. `stop` is what ends its starts. All must outlive
// the coroutine. Throws what LoadGenerator::run() throws.
asio::awaitable<void> run_watched(EventLoop& loop, LoadGenerator& generator, const LoadPlan& plan,
                                  LoadProgress& progress, const Interrupt& stop);

}  // namespace slotflow
