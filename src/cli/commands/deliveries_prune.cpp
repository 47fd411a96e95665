#include "cli/combination.h"
#include "cli/commands/deliveries_options.h"
#include "domain/error.h"
#include "report/history.h"
#include "store/history_file.h"
#include "store/history_pruning.h"

namespace slotflow {

int prune_deliveries(const DeliveriesOptions& options, Context& context) {
  if (!options.keep && !options.older_than) {
    throw Error(ErrorCode::usage, "deliveries prune requires --older-than or --keep",
                "for example " + context.own_command()("deliveries prune --older-than 7d"));
  }
  if (options.keep && options.older_than) {
    refuse("--older-than cannot be combined with --keep", {"--older-than", "--keep"});
  }
  const LockWait wait = context.lock_wait();
  const Timestamp now = context.clock.now();
  Pruning pruning;
  pruning.counts_only = options.dry_run;
  pruning.keep = options.keep;
  if (options.older_than) pruning.before = now - *options.older_than;
  const std::size_t removed =
      prune_history(history_path(context.located_store()), pruning, now, wait);
  context.output.show(PrunedDeliveries{removed, options.dry_run});
  return exit_code::kYes;
}

}  // namespace slotflow
