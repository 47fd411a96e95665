#include "cli/commands/commands.h"
#include "cli/options.h"
#include "report/webhooks.h"

namespace slotflow {

namespace {

int run_secret(const std::string& webhook, Context& context) {
  const auto webhooks = context.registry().read().webhooks;
  context.output.show(
      RevealedSecret{find_webhook("ID|URL", webhooks, webhook, context.own_command())});
  return exit_code::kYes;
}

}  // namespace

Runner add_secret_command(CLI::App& app) {
  const auto webhook = std::make_shared<std::string>();
  add_text(
      app, "ID|URL", value::webhook(), [webhook](const std::string& text) { *webhook = text; },
      "Id (or its first characters, at least 4, if unique) or URL of the webhook")
      ->required();
  set_examples(app, {{"Print the secret of the webhook with this URL",
                      "slotflow-hooks secret localhost:3000/hook"},
                     {"Print the secret of a webhook by the start of its id",
                      "slotflow-hooks secret f09b"}});
  return [webhook](Context& context) { return run_secret(*webhook, context); };
}

}  // namespace slotflow
