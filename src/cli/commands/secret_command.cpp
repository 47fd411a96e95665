#include "cli/api_option.h"
#include "cli/commands/commands.h"
#include "cli/options.h"
#include "report/webhooks.h"

namespace slotflow {

namespace {

struct SecretCommandOptions {
  std::string webhook;
  ApiOption api;
};

int run_secret(const SecretCommandOptions& options, Context& context) {
  const auto webhooks = webhooks_of(options.api, context)->list();
  context.output.show(RevealedSecret{
      find_webhook("ID|URL", webhooks, options.webhook, own_command(options.api, context))});
  return exit_code::kYes;
}

}  // namespace

Runner add_secret_command(CLI::App& app) {
  const auto options = std::make_shared<SecretCommandOptions>();
  add_text(
      app, "ID|URL", value::webhook(),
      [options](const std::string& text) { options->webhook = text; },
      "Id (or its first characters, at least 4, if unique) or URL of the webhook")
      ->required();
  add_api(app, options->api);
  set_examples(app, {{"Print the secret of the webhook with this URL",
                      "slotflow-hooks secret localhost:3000/hook"},
                     {"Print the secret of a webhook by the start of its id",
                      "slotflow-hooks secret f09b"}});
  return [options](Context& context) { return run_secret(*options, context); };
}

}  // namespace slotflow
