#include "cli/commands/listen_registration.h"

#include <algorithm>
#include <chrono>

#include "cli/secrets.h"
#include "domain/error.h"
#include "domain/quote.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

// Returns where the secrets of `listen` were given. The secrets themselves are never shown.
std::string secret_origin(const SecretOptions& options) {
  if (!options.secrets.empty()) return "--secret";
  return options.file ? "--secret-file" : kSecretVariable;
}

// Events to a registered URL are signed with its own secret, whatever listen verifies with.
void report_other_secret(const Context& context, const Webhook& webhook,
                         const ListenOptions& options, const std::vector<std::string>& given) {
  if (given.empty() || std::ranges::find(given, webhook.signing_secret) != given.end()) return;
  context.notice("the signatures of events to " + webhook.url + " will be invalid here: " +
                 webhook.id + " has another secret than " + secret_origin(options.secret));
}

void report_handler_secret(const Context& context, const Webhook& webhook, bool is_temporary,
                           const ListenOptions& options, const std::vector<std::string>& given) {
  if (!options.forward_to) return;
  if (!given.empty() && is_temporary) {
    context.notice("the handler needs the secret of " + secret_origin(options.secret));
    return;
  }
  context.notice("the handler needs the secret that this prints: " +
                 context.own_command()("secret " + webhook.id));
  const bool is_new = is_temporary && given.empty();
  if (!is_new || options.receiver.server.port == 0) return;
  context.notice("it is new at each start; to keep it, register the URL first: " +
                 context.own_command()("register " + shell_argument(webhook.url)));
}

}  // namespace

ListenRegistration::ListenRegistration(Context& context, SignalsToInterrupt* signals,
                                       const std::string& url, const ListenOptions& options,
                                       const std::vector<std::string>& given)
    : context_(context), signals_(signals) {
  // This receiver owns the port, so the endpoint that was registered is gone. Most often it was a
  // receiver that was killed before it could remove its URL.
  const std::vector<Webhook> known = context.registry().read().webhooks;
  const auto before = std::ranges::find_if(
      known, [&](const Webhook& webhook) { return webhook.active && webhook.url == url; });
  if (before != known.end()) {
    context.notice(url + " stays registered when listen ends: it already was, as " + before->id);
    report_other_secret(context, *before, options, given);
    report_handler_secret(context, *before, false, options, given);
    return;
  }
  const Webhook added = context.registry().add(
      {url, parse_event_list({"all"}), given.empty() ? new_signing_secret() : given.front()},
      context.clock.now());
  temporary_id_ = added.id;
  if (signals_ != nullptr) {
    signals_->set_last_words(
        context.world.err_fd,
        context.warning_line(url + " stays registered: to remove it, run '" +
                             context.own_command()("delete " + added.id) + "'"));
  }
  context.notice("registered " + url + " as " + added.id + " until listen ends");
  report_handler_secret(context, added, true, options, given);
}

ListenRegistration::~ListenRegistration() {
  if (temporary_id_.empty()) return;
  remove();
  if (signals_ != nullptr) signals_->set_last_words(-1, "");
}

void ListenRegistration::remove() {
  try {
    // The request to stop has come already, so it does not interrupt this.
    Registry(context_.registry().path(),
             {.warn = [this](const std::string& text) { context_.warning(text); },
              .limit = std::chrono::seconds(5)})
        .remove({temporary_id_});
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return;  // somebody else removed it
    context_.warning("cannot remove " + temporary_id_ + " from the store: " + error.what());
  } catch (const std::exception& error) {
    context_.warning("cannot remove " + temporary_id_ + " from the store: " + error.what());
  }
}

}  // namespace slotflow
