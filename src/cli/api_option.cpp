#include "cli/api_option.h"

#include <optional>

#include "api/remote_webhooks.h"
#include "cli/options.h"
#include "domain/error.h"
#include "domain/url.h"
#include "store/local_webhooks.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

std::string api_url(const ApiOption& options, const Context& context) {
  if (!options.api.empty()) return options.api;
  return context.world.environment(kApiUrlVariable).value_or("");
}

Url parse_api(const ApiOption& options, const std::string& text) {
  const std::string source = options.api.empty() ? kApiUrlVariable : "--api";
  const Url url = parse_url(source, text);
  if (url.target == "/v1" || url.target == "/v1/") {
    throw Error(ErrorCode::usage,
                source + ": expected a URL without /v1, with which each call begins", "", source);
  }
  if (url.target.find('?') == std::string::npos) return url;
  throw Error(ErrorCode::usage, source + ": expected a URL without a query", "", source);
}

void add_api_with_help(CLI::App& app, ApiOption& options, const std::string& help) {
  begin_group(app, "Organisation");
  add_text(
      app, "--api", value::url(), [&options](const std::string& text) { options.api = text; },
      help);
  add_api_key_file(app, options.key,
                   "Read the API key from FILE ('-': standard input)\n(default: $" +
                       std::string(kApiKeyVariable) + ")");
}

}  // namespace

void add_api(CLI::App& app, ApiOption& options) {
  add_api_with_help(app, options,
                    "Use the webhooks of the organisation at this base URL of Slotflow's API,\n"
                    "such as https://api.slotflow.dev, in place of the local store\n"
                    "(default: $" +
                        std::string(kApiUrlVariable) + ", or the local store)");
}

void add_required_api(CLI::App& app, ApiOption& options) {
  add_api_with_help(app, options,
                    "Base URL of Slotflow's API, such as https://api.slotflow.dev\n(default: $" +
                        std::string(kApiUrlVariable) + ")");
}

void add_api_for_webhook(CLI::App& app, ApiOption& options) {
  add_api_with_help(app, options,
                    "Find --webhook in the organisation at this base URL of Slotflow's API,\n"
                    "in place of the local store (default: $" +
                        std::string(kApiUrlVariable) + ", or the local store)");
}

void require_webhook_for(const ApiOption& options, bool has_webhook) {
  if (has_webhook) return;
  if (!options.api.empty()) {
    throw Error(ErrorCode::usage, "--api requires --webhook", "", "--api");
  }
  if (!options.key.file.empty()) {
    throw Error(ErrorCode::usage, "--api-key-file requires --webhook", "", "--api-key-file");
  }
}

bool is_remote(const ApiOption& options, const Context& context) {
  return !api_url(options, context).empty();
}

OwnCommand own_command(const ApiOption& options, const Context& context) {
  return is_remote(options, context) ? OwnCommand::with_api(options.api) : context.own_command();
}

std::unique_ptr<Webhooks> webhooks_of(const ApiOption& options, Context& context) {
  const std::string text = api_url(options, context);
  if (text.empty()) {
    if (!options.key.file.empty()) {
      throw Error(ErrorCode::usage, "--api-key-file requires --api", "", "--api-key-file");
    }
    return std::make_unique<LocalWebhooks>(context.registry(), context.clock.now());
  }
  ClientSettings settings;
  settings.base = parse_api(options, text);
  const std::optional<std::string> key = options.key.read(context);
  if (!key) {
    throw Error(
        ErrorCode::usage, "--api requires an API key",
        std::string("set the environment variable ") + kApiKeyVariable + ", or give --api-key-file",
        "--api");
  }
  settings.key = *key;
  settings.seed = new_seed();
  settings.notice = [&context](const std::string& reason) { context.notice(reason); };
  settings.pause = [&world = context.world](Duration d) { return world.interrupt.wait(d); };
  if (options.api.empty()) {
    context.notice("the webhooks are those of " + settings.base.to_string() + " (" +
                   kApiUrlVariable + ")");
  }
  if (!settings.base.https && !is_loopback(settings.base.host)) {
    context.warning("the API key is sent to " + settings.base.host + " unencrypted: use https");
  }
  return std::make_unique<RemoteWebhooks>(ApiClient(std::move(settings), context.clock),
                                          own_command(options, context));
}

}  // namespace slotflow
