#include "cli/secrets.h"

#include <algorithm>

#include "cli/combination.h"
#include "cli/options.h"
#include "domain/ascii.h"
#include "domain/error.h"
#include "domain/secret.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

// Returns `secret` if it can be used. `source` is the option or variable that it is from. The
// secret itself is never shown.
std::string usable(std::string secret, const std::string& source, const Context& context) {
  const bool clean = std::ranges::none_of(secret, [](char c) { return is_control(c) || c == ' '; });
  if (secret.empty() || !clean) {
    throw Error(ErrorCode::usage,
                source + ": expected a secret such as whsec_..., got " +
                    (secret.empty() ? "nothing" : "a value with white space or control characters"),
                "", source);
  }
  if (const auto damage = odd_secret(secret)) {
    context.notice("the secret of " + source + " is used as it is, although it " + *damage);
  }
  return secret;
}

// Returns ASCII text without the zero bytes that it has as UTF-16, in which Windows PowerShell
// writes files.
std::string without_utf16(std::string bytes) {
  const bool little = bytes.starts_with("\xff\xfe");
  if (!little && !bytes.starts_with("\xfe\xff")) return bytes;
  std::string text;
  for (std::size_t i = 2; i + 1 < bytes.size(); i += 2) {
    const char high = bytes[little ? i + 1 : i];
    if (high != 0) return bytes;
    text += bytes[little ? i : i + 1];
  }
  return text;
}

std::string read_file(const std::string& path, const Context& context) {
  std::string secret = without_utf16(context.read_bytes("--secret-file", path));
  if (secret.starts_with(kByteOrderMark)) secret.erase(0, kByteOrderMark.size());
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  return usable(std::move(secret), "--secret-file", context);
}

void add_secret_file(CLI::App& app, SecretOptions& options) {
  add_text(
      app, "--secret-file", value::file(),
      [&options](const std::string& text) { options.file = text; },
      "Read the secret from FILE ('-': standard input), so that it is not visible\nin the process "
      "list (default: $" +
          std::string(kSecretVariable) + ")");
}

}  // namespace

std::vector<std::string> SecretOptions::read_all(const Context& context) const {
  std::vector<std::string> found;
  for (const std::string& secret : secrets) found.push_back(usable(secret, "--secret", context));
  if (file) found.push_back(read_file(*file, context));
  if (!found.empty()) return found;
  const auto variable = context.world.environment(kSecretVariable);
  if (variable && !variable->empty()) {
    found.push_back(usable(*variable, kSecretVariable, context));
  }
  return found;
}

std::optional<std::string> SecretOptions::read(const Context& context) const {
  if (!secrets.empty() && file) {
    refuse("--secret cannot be combined with --secret-file", {"--secret", "--secret-file"});
  }
  std::vector<std::string> found = read_all(context);
  return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

void SecretOptions::refuse_shared_input(const std::string& payload) const {
  if (file != "-" || payload != "-") return;
  refuse("--secret-file and --payload cannot both read standard input",
         {"--secret-file", "--payload"}, "give one of them a file name");
}

void add_secret(CLI::App& app, SecretOptions& options, const std::string& help) {
  add_text(
      app, "--secret", value::text("SECRET"),
      [&options](const std::string& text) { options.secrets = {text}; }, help);
  add_secret_file(app, options);
}

void add_secrets(CLI::App& app, SecretOptions& options, const std::string& help) {
  add_texts(
      app, "--secret", value::text("SECRET"),
      [&options](const std::string& text) { options.secrets.push_back(text); }, help);
  add_secret_file(app, options);
}

void refuse_webhook_with(const SecretOptions& secret) {
  if (!secret.given()) return;
  refuse("--webhook cannot be combined with --secret or --secret-file",
         {"--webhook", "--secret", "--secret-file"});
}

Webhook chosen_webhook(const std::string& name, const SecretOptions& secret, Context& context) {
  refuse_webhook_with(secret);
  return find_webhook("--webhook", context.registry().read().webhooks, name, context.own_command());
}

std::string KnownSecret::read(Context& context, const std::string& command) const {
  if (!webhook.empty()) return chosen_webhook(webhook, options, context).signing_secret;
  if (auto secret = options.read(context)) return *secret;
  throw Error(ErrorCode::usage, command + " requires --secret, --secret-file or --webhook",
              std::string("or set the environment variable ") + kSecretVariable);
}

void add_known_secret(CLI::App& app, KnownSecret& secret) {
  add_secret(app, secret.options, "Signing secret of the webhook, as issued");
  add_text(
      app, "--webhook", value::webhook(),
      [&secret](const std::string& text) { secret.webhook = text; },
      "Use the secret of this registered webhook, given by id or URL");
}

std::vector<Webhook> readable_webhooks(Context& context) {
  if (!context.has_store()) return {};
  try {
    return context.registry().read().webhooks;
  } catch (const Error& error) {
    context.warning(std::string("cannot look for a registered secret: ") + error.what());
    return {};
  }
}

const Webhook* find_active(const std::vector<Webhook>& webhooks, const Url& url) {
  const std::string wanted = url.to_string();
  const auto found = std::ranges::find_if(
      webhooks, [&](const Webhook& webhook) { return webhook.active && webhook.url == wanted; });
  return found == webhooks.end() ? nullptr : &*found;
}

}  // namespace slotflow
