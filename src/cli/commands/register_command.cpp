#include "cli/api_option.h"
#include "cli/commands/commands.h"
#include "cli/options.h"
#include "cli/secrets.h"
#include "domain/error.h"
#include "domain/url.h"
#include "report/webhooks.h"

namespace slotflow {

namespace {

struct RegisterOptions {
  std::string url;
  std::string url_option;  // URL or --url
  std::vector<std::string> events;
  SecretOptions secret;
  bool strict = false;
  ApiOption api;
};

int run_register(const RegisterOptions& options, Context& context) {
  if (options.url.empty()) {
    throw Error(ErrorCode::usage, "register requires URL", "see slotflow-hooks register --help");
  }
  const Url url = parse_url(options.url_option, options.url);
  WantedWebhook webhook;
  webhook.url = url.to_string();
  webhook.events =
      parse_event_list(options.events.empty() ? std::vector<std::string>{"all"} : options.events);
  // Slotflow makes the secrets of its webhooks. One in the environment may be for other commands.
  if (options.secret.given() || !is_remote(options.api, context)) {
    webhook.secret = options.secret.read(context);
  }
  if (webhook.secret && !options.secret.given()) {
    context.notice(std::string("the signing secret is that of ") + kSecretVariable);
  }

  if (const auto reason = undeliverable_reason(url)) {
    if (options.strict) {
      throw Error(ErrorCode::validation_error,
                  "--strict: Slotflow could not deliver to " + webhook.url + ": " + *reason, "",
                  Error::Subjects{"--strict", "--url"});
    }
    context.notice("Slotflow could not deliver to this URL: " + *reason);
  }
  context.output.show(RegisteredWebhook{webhooks_of(options.api, context)->add(webhook)});
  return exit_code::kYes;
}

}  // namespace

Runner add_register(CLI::App& app) {
  auto options = std::make_shared<RegisterOptions>();
  const auto set_url = [options](const std::string& option) {
    return [options, option](const std::string& text) {
      if (!options->url.empty() && options->url_option != option) {
        throw Error(ErrorCode::usage, "URL cannot be combined with --url", "", "--url");
      }
      options->url = text;
      options->url_option = option;
    };
  };
  add_text(app, "URL", value::url(), set_url("URL"),
           "URL of the endpoint, http or https; 3000 and localhost:3000/hook are\naccepted");
  add_text(app, "--url", value::url(), set_url("--url"), "The same as URL");
  add_texts(
      app, "--events", value::events(),
      [options](const std::string& text) { options->events.push_back(text); },
      "Events to deliver: confirmed, cancelled or all; comma-separated or repeated\n"
      "(default: all)");
  add_secret(app, options->secret, "Signing secret (default: random; the secret is printed)");
  app.add_flag("--strict", options->strict, "Reject a URL that Slotflow could not deliver to");
  add_api(app, options->api);
  set_examples(app, {{"Register a handler on port 3000 for all events",
                      "slotflow-hooks register localhost:3000/webhooks/slotflow"},
                     {"Register a handler for cancellations only",
                      "slotflow-hooks register 3001 --events cancelled"}});
  return [options](Context& context) { return run_register(*options, context); };
}

}  // namespace slotflow
