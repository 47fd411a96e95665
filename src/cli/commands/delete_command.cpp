#include <algorithm>
#include <string>

#include "cli/commands/commands.h"
#include "cli/options.h"
#include "domain/error.h"
#include "report/webhooks.h"

namespace slotflow {

namespace {

struct DeleteOptions {
  std::vector<std::string> targets;
  bool all = false;
  bool yes = false;
};

bool confirmed_by_user(Context& context) {
  const auto count = context.registry.read().webhooks.size();
  if (count == 0) return true;
  context.world.err << "Delete every webhook (" << count << ")? [y/N] " << std::flush;
  std::string answer;
  std::getline(context.world.in, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

int run_delete(const DeleteOptions& options, Context& context) {
  if (options.all == !options.targets.empty()) {
    throw Error(ErrorCode::usage,
                options.all ? "expected ids or URLs, or --all, got both"
                            : "expected at least one id or URL, or --all, got nothing",
                "slotflow-hooks list shows the ids");
  }
  if (options.all && !options.yes) {
    if (!context.world.in_is_terminal) {
      throw Error(ErrorCode::usage, "--all: expected --yes, as there is no terminal to ask on");
    }
    if (!confirmed_by_user(context)) {
      context.notice("nothing was deleted");
      return exit_code::kNo;
    }
  }
  const auto deleted =
      options.all ? context.registry.remove_all() : context.registry.remove(options.targets);
  for (const Webhook& webhook : deleted) context.output.show(DeletedWebhook{webhook});
  if (deleted.empty()) context.notice("there was nothing to delete");
  return exit_code::kYes;
}

}  // namespace

Runner add_delete(CLI::App& app) {
  auto options = std::make_shared<DeleteOptions>();
  app.add_option("ID|URL", options->targets,
                 "Which webhooks: ids (the first 4 characters will do if they fit only one)\n"
                 "or URLs; with several, all or none are deleted")
      ->type_name("");
  app.add_flag("--all", options->all, "Delete all of them");
  app.add_flag("--yes", options->yes, "With --all: do not ask");
  return [options](Context& context) { return run_delete(*options, context); };
}

}  // namespace slotflow
