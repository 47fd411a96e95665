#include <algorithm>
#include <string>

#include "cli/api_option.h"
#include "cli/commands/commands.h"
#include "cli/confirm.h"
#include "cli/options.h"
#include "domain/error.h"
#include "report/webhooks.h"

namespace slotflow {

namespace {

struct DeleteOptions {
  std::vector<std::string> targets;
  bool all = false;
  bool yes = false;
  ApiOption api;
};

int run_delete(const DeleteOptions& options, Context& context) {
  if (options.all == !options.targets.empty()) {
    throw Error(ErrorCode::usage,
                options.all ? "--all cannot be combined with ids or URLs"
                            : "delete requires an id, a URL or --all",
                "run '" + own_command(options.api, context)("list") + "' to see the webhooks",
                "--all");
  }
  const auto webhooks = webhooks_of(options.api, context);
  if (options.all && !options.yes) {
    if (!context.world.in_is_terminal) {
      throw Error(ErrorCode::usage,
                  "--all requires --yes when there is no terminal to ask for confirmation", "",
                  "--all");
    }
    const auto count = webhooks->list().size();
    if (count > 0 && !confirm("Delete all webhooks (" + std::to_string(count) + ")?", context)) {
      context.notice("no webhook was deleted");
      return exit_code::kNo;
    }
  }
  std::size_t deleted = 0;
  const auto show = [&](const Webhook& webhook) {
    context.output.show(DeletedWebhook{webhook});
    ++deleted;
  };
  if (options.all) {
    webhooks->remove_all(show);
  } else {
    std::ranges::for_each(webhooks->remove(options.targets), show);
  }
  if (deleted == 0) context.notice("no webhook was deleted: none is registered");
  return exit_code::kYes;
}

}  // namespace

Runner add_delete(CLI::App& app) {
  auto options = std::make_shared<DeleteOptions>();
  CLI::Option* targets =
      app.add_option("ID|URL", options->targets,
                     "Ids (or their first characters, at least 4, if unique) or URLs of the\n"
                     "webhooks; either all of them are deleted or none");
  declare(app, take_any_number(targets), value::webhook());
  app.add_flag("--all", options->all, "Delete all webhooks")->configurable(false);
  app.add_flag("--yes", options->yes, "Do not ask for confirmation of --all")->configurable(false);
  add_api(app, options->api);
  set_examples(app, {{"Delete the webhook of a handler on port 3000",
                      "slotflow-hooks delete localhost:3000/webhooks/slotflow"},
                     {"Delete all webhooks in a script", "slotflow-hooks delete --all --yes"}});
  return [options](Context& context) { return run_delete(*options, context); };
}

}  // namespace slotflow
