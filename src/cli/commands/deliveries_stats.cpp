#include "cli/commands/deliveries_options.h"
#include "report/history.h"

namespace slotflow {

int show_stats(const DeliveriesOptions& options, Context& context) {
  const LockWait wait = context.lock_wait();
  const HistoryReader history = open_reader(context, wait);
  context.output.show(history.stats(options.filter));
  return exit_code::kYes;
}

}  // namespace slotflow
