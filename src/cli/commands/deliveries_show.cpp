#include "cli/commands/deliveries_options.h"
#include "cli/delivery_notices.h"
#include "cli/rebuilt_delivery.h"
#include "cli/request_preview.h"
#include "domain/error.h"
#include "report/history.h"

namespace slotflow {

int show_delivery(const DeliveriesOptions& options, Context& context) {
  if (options.ids.size() != 1) {
    throw Error(ErrorCode::usage, "deliveries show requires one ID",
                "see the ids with " + context.own_command()("deliveries"));
  }
  const LockWait wait = context.lock_wait();
  const HistoryReader history = open_reader(context, wait);
  const std::string id = require_id(history, options.ids.front(), context);
  const std::optional<DeliveryDetails> details = history.details(id);
  if (!details) throw Error(ErrorCode::not_found, "ID: the delivery " + id + " was just removed");
  if (options.curl) {
    const Unkept unkept{readable_webhooks(context), options.secret.read(context), options.headers,
                        options.secret.source()};
    NeededOptions needed;
    needed.add(details->plan);
    const Delivery delivery = rebuild(*details, unkept);
    warn_of_unused(needed, unkept, context);
    announce_environment_secret({{delivery}}, unkept, context);
    context.output.show(preview_of(delivery, details->plan.tls, true, context.clock.now()));
  } else if (options.payload) {
    context.world.out << details->payload.str() << std::flush;
  } else {
    context.output.show(*details);
  }
  return exit_code::kYes;
}

}  // namespace slotflow
