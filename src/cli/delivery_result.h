// What commands that deliver say when they end.
#pragma once

#include "cli/attempt_reports.h"
#include "cli/context.h"
#include "cli/history_recorder.h"
#include "send/delivery.h"

namespace slotflow {

// Gives a notice of the deliveries that were abandoned because of an interrupt, a few of them by
// their URLs, and of how to make the rest of them if the history `has_them`. Returns whether there
// are some.
bool tell_unfinished(const DeliveryResult& result, bool has_them, const Context& context);

// Ends the reports and the history, shows the summary, and returns the exit code.
int finish_deliveries(const DeliveryResult& result, AttemptReports& reports,
                      HistoryRecorder& history, Context& context);

}  // namespace slotflow
