#include <algorithm>

#include "cli/commands/fire_options.h"
#include "domain/error.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

struct Target {
  std::optional<std::string> webhook_id;
  Url url;
  std::optional<std::string> secret;
};

Target target_of(const Webhook& webhook) {
  return {webhook.id, parse_url("the store", webhook.url), webhook.signing_secret};
}

std::vector<Target> named_targets(const FireOptions& options, Context& context) {
  std::vector<Target> targets;
  if (!options.webhooks.empty()) {
    const auto webhooks = context.registry.read().webhooks;
    for (const std::string& name : options.webhooks) {
      targets.push_back(target_of(find_webhook("--webhook", webhooks, name)));
    }
  }
  const auto secret = options.secret.read(context.world.in);
  if (secret && options.to.empty()) {
    throw Error(
        ErrorCode::usage,
        "--secret and --secret-file require --to URL: registered webhooks have their own secret",
        "", Error::Subjects{"--secret", "--secret-file"});
  }
  for (const Url& url : options.to) targets.push_back({std::nullopt, url, secret});
  const bool wants_signature = options.tamper != Tamper::missing;
  const bool spoils = wants_signature && (options.tamper != Tamper::none || options.skew.count());
  if (!options.to.empty() && !secret && spoils) {
    throw Error(
        ErrorCode::usage,
        "--tamper and --skew require --secret or --secret-file when used with --to: unsigned "
        "requests have no signature to change",
        "", Error::Subjects{"--tamper", "--skew"});
  }
  if (!options.to.empty() && !secret && wants_signature) {
    context.notice("the deliveries to --to are not signed: give --secret");
  }
  return targets;
}

std::vector<Target> subscribed_targets(const FireOptions& options, Context& context) {
  std::vector<Target> targets;
  for (const Webhook& webhook : context.registry.read().webhooks) {
    if (webhook.active && webhook.wants(options.event)) targets.push_back(target_of(webhook));
  }
  if (targets.empty()) {
    throw Error(ErrorCode::not_found,
                "no active webhook is subscribed to " + std::string(info(options.event).name),
                "register one (slotflow-hooks register --url URL), or give a URL with --to");
  }
  return targets;
}

}  // namespace

std::vector<Lane> make_lanes(const FireOptions& options, const EventMessage& message,
                             Context& context) {
  const bool named = !options.webhooks.empty() || !options.to.empty();
  const auto targets = named || options.secret.secret || options.secret.file
                           ? named_targets(options, context)
                           : subscribed_targets(options, context);
  std::vector<Lane> lanes;
  for (const Target& target : targets) {
    Delivery delivery;
    delivery.webhook_id = target.webhook_id;
    delivery.event = info(options.event).name;
    delivery.booking_id = message.booking_id;
    delivery.signing = {target.secret, options.skew, options.tamper};
    delivery.request = {target.url, options.headers, message.body, options.timeout};
    Lane lane(options.duplicate, delivery);
    for (Delivery& copy : lane) copy.id = new_uuid();
    lanes.push_back(std::move(lane));
  }
  return lanes;
}

}  // namespace slotflow
