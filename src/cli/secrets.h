// Where commands get signing secrets from: options, the environment, the store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/context.h"
#include "domain/url.h"
#include "domain/webhook.h"

namespace slotflow {

inline constexpr const char* kSecretVariable = "SLOTFLOW_WEBHOOK_SECRET";

// --secret and --secret-file.
struct SecretOptions {
  std::vector<std::string> secrets;
  std::optional<std::string> file;

  bool given() const { return !secrets.empty() || file; }
  // Returns the option that has given the secret, else the environment's variable.
  std::string source() const {
    return !secrets.empty() ? "--secret" : file ? "--secret-file" : kSecretVariable;
  }
  // Returns the secret of --secret or --secret-file, which cannot be combined, else that of the
  // environment, else nullopt. The byte order mark and one line break of a file are dropped. Gives
  // a notice if a secret looks damaged. Throws Error{usage} if the secret is empty or contains
  // white space or control characters, and Error{io_error} if the file cannot be read.
  std::optional<std::string> read(const Context& context) const;
  // As above, for several secrets, which can be combined with a file.
  std::vector<std::string> read_all(const Context& context) const;
  // Throws Error{usage} if both the secret and `payload` are "-", that is standard input.
  void refuse_shared_input(const std::string& payload) const;
};
void add_secret(CLI::App& app, SecretOptions& options, const std::string& help);
// Like add_secret, but --secret can be repeated.
void add_secrets(CLI::App& app, SecretOptions& options, const std::string& help);

// Throws Error{usage} if --webhook is given with --secret or --secret-file.
void refuse_webhook_with(const SecretOptions& secret);

// Returns the webhook that --webhook names. Throws Error{usage} if --secret or --secret-file is
// given, too, and what Registry::read() and find_webhook() throw.
Webhook chosen_webhook(const std::string& name, const SecretOptions& secret, Context& context);

// --secret, --secret-file and --webhook, for commands that need one secret.
struct KnownSecret {
  SecretOptions options;
  std::string webhook;  // id, prefix of an id, or URL

  // Returns the secret. Throws what SecretOptions::read() and chosen_webhook() throw, and
  // Error{usage} if no secret is known. `command` is the command's name.
  std::string read(Context& context, const std::string& command) const;
};
void add_known_secret(CLI::App& app, KnownSecret& secret);

// Returns the webhooks of the store. If it cannot be read, returns none, after a warning; a store
// that cannot be located has none.
std::vector<Webhook> readable_webhooks(Context& context);
// Returns the active webhook that is registered with this URL, or null.
const Webhook* find_active(const std::vector<Webhook>& webhooks, const Url& url);

}  // namespace slotflow
