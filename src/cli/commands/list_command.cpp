#include "cli/api_option.h"
#include "cli/commands/commands.h"
#include "cli/options.h"
#include "report/webhooks.h"

namespace slotflow {

namespace {

struct ListOptions {
  std::optional<Event> event;
  bool show_secrets = false;
  ApiOption api;
};

int run_list(const ListOptions& options, Context& context) {
  WebhookListing listing{webhooks_of(options.api, context)->list(), options.show_secrets};
  std::erase_if(listing.webhooks, [&](const Webhook& webhook) {
    return options.event && !webhook.wants(*options.event);
  });
  context.output.show(listing);
  if (listing.webhooks.empty()) {
    const std::string which = options.event
                                  ? "is subscribed to " + std::string(info(*options.event).name)
                                  : "is registered";
    context.notice("no webhook " + which + ": register one with " +
                   own_command(options.api, context)("register URL"));
  }
  return exit_code::kYes;
}

}  // namespace

Runner add_list(CLI::App& app) {
  auto options = std::make_shared<ListOptions>();
  add_text(
      app, "--event", value::event(),
      [options](const std::string& text) { options->event = parse_event("--event", text); },
      "List only the webhooks subscribed to this event");
  app.add_flag("--show-secrets", options->show_secrets, "Print the signing secrets in full")
      ->configurable(false);
  add_api(app, options->api);
  set_examples(
      app,
      {{"Print all webhooks, with their secrets", "slotflow-hooks list --show-secrets"},
       {"Print the webhooks that receive cancellations", "slotflow-hooks list --event cancelled"}});
  return [options](Context& context) { return run_list(*options, context); };
}

}  // namespace slotflow
