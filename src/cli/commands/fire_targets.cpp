#include <algorithm>
#include <utility>

#include "cli/commands/fire_options.h"
#include "cli/delivery_notices.h"
#include "domain/error.h"
#include "domain/text.h"
#include "report/phrases.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

struct Target {
  std::optional<std::string> webhook_id;
  Url url;
  std::optional<std::string> secret;
  SignedBy signed_by = SignedBy::nobody;
  std::vector<Event> unwanted = {};  // events that it is not subscribed to
};

Target target_of(const Webhook& webhook) {
  return {webhook.id, parse_url("the store", webhook.url), webhook.signing_secret,
          SignedBy::webhook};
}

// Returns the URL with the secret that it is registered with, if it is.
Target target_of(const Url& url, const std::vector<Webhook>& webhooks, const Context& context) {
  const Webhook* webhook = find_active(webhooks, url);
  if (webhook == nullptr) return {std::nullopt, url, std::nullopt};
  announce_secret(*webhook, context);
  return {std::nullopt, url, webhook->signing_secret, SignedBy::webhook};
}

std::vector<Target> webhook_targets(const FireOptions& options, Context& context) {
  std::vector<Target> targets;
  if (options.webhooks.empty()) return targets;
  const auto webhooks = webhooks_of(options.api, context)->list();
  const OwnCommand own = own_command(options.api, context);
  for (const std::string& name : options.webhooks) {
    targets.push_back(target_of(find_webhook("--webhook", webhooks, name, own)));
    // The store, where `deliveries resume` looks for secrets, does not have it.
    if (is_remote(options.api, context)) targets.back().signed_by = SignedBy::option;
  }
  return targets;
}

std::vector<Target> url_targets(const FireOptions& options, Context& context) {
  std::vector<Target> targets;
  if (options.to.empty()) return targets;
  const bool wants_signature = options.tamper != Tamper::missing;
  const bool spoils = wants_signature && (options.tamper != Tamper::none || options.skew.count());
  const auto given = wants_signature ? options.secret.read(context) : std::nullopt;
  const auto webhooks =
      wants_signature && !given ? readable_webhooks(context) : std::vector<Webhook>();
  if (given && !options.secret.given()) {
    const bool all = options.webhooks.empty();
    announce_environment_secret(all ? "" : " (the deliveries to --to)", context);
  }
  std::vector<std::string> unsigned_urls;
  for (const Url& url : options.to) {
    targets.push_back(given ? Target{std::nullopt, url, given, SignedBy::option}
                            : target_of(url, webhooks, context));
    if (targets.back().secret || !wants_signature) continue;
    unsigned_urls.push_back(url.to_string());
    if (spoils) {
      throw Error(
          ErrorCode::usage,
          "--tamper and --skew require a secret when used with --to: unsigned requests have "
          "no signature to change",
          "give --secret or --secret-file, set SLOTFLOW_WEBHOOK_SECRET, or register the URL",
          Error::Subjects{"--tamper", "--skew"});
    }
  }
  if (!unsigned_urls.empty()) {
    const bool all = unsigned_urls.size() == options.to.size();
    const std::size_t more = unsigned_urls.size() - 1;
    context.notice("the deliveries to " + (all ? "--to" : unsigned_urls.front()) +
                   (all || more == 0 ? "" : " and " + counted(more, "other URL", "other URLs")) +
                   " are not signed: give --secret");
  }
  return targets;
}

std::vector<Target> named_targets(const FireOptions& options, Context& context) {
  std::vector<Target> targets = webhook_targets(options, context);
  for (Target& target : url_targets(options, context)) targets.push_back(std::move(target));
  return targets;
}

std::vector<Target> subscribed_targets(const std::vector<EventMessage>& messages,
                                       Context& context) {
  std::vector<Target> targets;
  for (const Webhook& webhook : context.registry().read().webhooks) {
    if (!webhook.active) continue;
    Target target = target_of(webhook);
    for (const EventMessage& message : messages) {
      if (!webhook.wants(message.event)) target.unwanted.push_back(message.event);
    }
    if (target.unwanted.size() < messages.size()) targets.push_back(std::move(target));
  }
  if (targets.empty()) {
    std::vector<std::string_view> names;
    for (const EventMessage& message : messages) names.push_back(info(message.event).name);
    throw Error(
        ErrorCode::not_found, "no active webhook is subscribed to " + joined(names, ", ", " or "),
        "register one (" + context.own_command()("register URL") + "), or give a URL with --to");
  }
  return targets;
}

// Returns "booking.confirmed, copy 2/3", or the part of it that tells the deliveries to an endpoint
// from each other.
std::string label_of(const EventMessage& message, bool one_of_several, std::uint64_t copy,
                     std::uint64_t copies) {
  std::string label = one_of_several ? message.name : "";
  if (copies == 1) return label;
  if (!label.empty()) label += ", ";
  return label.append("copy ") + std::to_string(copy) + "/" + std::to_string(copies);
}

}  // namespace

std::vector<Lane> make_lanes(const FireOptions& options, const std::vector<EventMessage>& messages,
                             Context& context) {
  const bool named = !options.webhooks.empty() || !options.to.empty();
  const auto targets = named || options.secret.given() ? named_targets(options, context)
                                                       : subscribed_targets(messages, context);
  std::vector<Lane> lanes;
  for (const Target& target : targets) {
    Lane lane;
    for (const EventMessage& message : messages) {
      if (std::ranges::find(target.unwanted, message.event) != target.unwanted.end()) continue;
      Delivery delivery;
      delivery.webhook_id = target.webhook_id;
      delivery.event = message.name;
      delivery.booking_id = message.booking_id;
      delivery.signing = {target.secret, options.skew, options.tamper};
      delivery.signed_by = target.signed_by;
      delivery.request = {target.url, options.headers, message.body, options.timeout};
      delivery.after_previous = !lane.empty();
      for (std::uint64_t copy = 0; copy < options.duplicate; ++copy) {
        delivery.id = new_uuid();
        delivery.label = label_of(message, messages.size() > 1, copy + 1, options.duplicate);
        lane.push_back(delivery);
        delivery.after_previous = false;
      }
    }
    lanes.push_back(std::move(lane));
  }
  return lanes;
}

}  // namespace slotflow
