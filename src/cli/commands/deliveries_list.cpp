#include "cli/commands/deliveries_options.h"
#include "report/history.h"
#include "report/phrases.h"

namespace slotflow {

int list_deliveries(const DeliveriesOptions& options, Context& context) {
  const LockWait wait = context.lock_wait();
  const HistoryReader history = open_reader(context, wait);
  DeliveryListing listing{history.find(options.filter, options.limit), context.clock.now()};
  const bool is_cut = options.limit > 0 && listing.deliveries.size() == options.limit;
  const std::size_t total = is_cut ? history.count(options.filter) : listing.deliveries.size();
  context.output.show(listing);
  if (total > listing.deliveries.size() && !options.gives_limit) {
    context.notice("the newest " + std::to_string(listing.deliveries.size()) + " of " +
                   counted(total, "delivery", "deliveries") + " (all of them with --limit 0)");
  } else if (total == 0 && options.filter.empty()) {
    context.notice("no delivery is in the history: make one with " +
                   context.own_command()("fire confirmed URL"));
  } else if (total == 0) {
    context.notice("no delivery matches");
  }
  return exit_code::kYes;
}

}  // namespace slotflow
