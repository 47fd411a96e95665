#include "report/webhooks.h"

#include <algorithm>
#include <utility>

#include "domain/json.h"
#include "domain/secret.h"
#include "domain/text.h"
#include "domain/webhook_json.h"
#include "report/escape.h"
#include "report/local_time.h"
#include "report/output.h"
#include "report/phrases.h"
#include "report/table.h"

namespace slotflow {

namespace {

std::string event_names(const std::vector<Event>& events, std::string_view separator) {
  std::vector<std::string_view> names;
  for (const Event event : events) names.push_back(info(event).name);
  return joined(names, separator);
}

// Without spaces. The store can have been edited.
std::string created_text(const Webhook& webhook) {
  const auto created = parse_iso8601(webhook.created_at);
  return created ? local_iso8601(*created) : webhook.created_at;
}

std::string table_of(const WebhookListing& listing, const Style& style) {
  const bool with_active = !std::ranges::all_of(listing.webhooks, &Webhook::active);
  std::vector<std::string> titles{"ID", "URL", "EVENTS", "SECRET", "CREATED"};
  if (with_active) titles.emplace_back("ACTIVE");
  Table table(titles);
  for (const Webhook& webhook : listing.webhooks) {
    // No spaces within a cell, so that awk and cut can split the table.
    std::vector<std::string> cells{
        webhook.id, webhook.url, event_names(webhook.events, ","),
        listing.show_secrets ? webhook.signing_secret : masked_secret(webhook.signing_secret),
        created_text(webhook)};
    if (with_active) cells.emplace_back(webhook.active ? "yes" : "no");
    table.add_row(cells);
  }
  return table.render(style);
}

}  // namespace

std::string text_of(const RegisteredWebhook& registered, const Style& style) {
  const Webhook& webhook = registered.webhook;
  // The secret is never coloured, because it is to be copied.
  return style.green("Registered") + ' ' + safe_line(webhook.id) + "\n  url     " +
         safe_line(webhook.url) + "\n  events  " + event_names(webhook.events, ", ") +
         "\n  secret  " + safe_line(webhook.signing_secret) + ' ' + style.dim("(list hides it)") +
         '\n';
}

std::string text_of(const WebhookListing& listing, const Style& style) {
  return listing.webhooks.empty() ? "" : table_of(listing, style);
}

std::string text_of(const DeletedWebhook& deleted, const Style& /*style*/) {
  return "Deleted " + safe_line(deleted.webhook.id) + "  " + safe_line(deleted.webhook.url) + '\n';
}

std::string text_of(const RevealedSecret& secret, const Style& /*style*/) {
  return safe_line(secret.webhook.signing_secret) + '\n';
}

std::string text_of(const PlanUsage& usage, const Style& /*style*/) {
  const PlanInfo& plan = info(usage.plan);
  std::string text = "Plan " + std::string(plan.name) + ": ";
  text += counted(usage.used, "webhook", "webhooks") + " used, ";
  return text + (plan.limit ? "limit " + std::to_string(*plan.limit) : "no limit") + '\n';
}

std::string json_of(const RegisteredWebhook& registered) {
  return json_line(json_of(registered.webhook));
}

std::string json_of(const WebhookListing& listing) {
  Json webhooks = Json::array();
  for (const Webhook& webhook : listing.webhooks) {
    Json json = json_of(webhook);
    if (!listing.show_secrets) json["signing_secret"] = masked_secret(webhook.signing_secret);
    webhooks.push_back(std::move(json));
  }
  Json json = Json::object();
  json["webhooks"] = std::move(webhooks);
  json["total"] = listing.webhooks.size();
  return json_line(json);
}

std::string json_of(const DeletedWebhook& deleted) {
  Json json = Json::object();
  json["deleted"] = true;
  json["id"] = deleted.webhook.id;
  return json_line(json);
}

std::string json_of(const RevealedSecret& secret) {
  Json json = Json::object();
  json["type"] = "secret";
  json["webhook_id"] = secret.webhook.id;
  json["signing_secret"] = secret.webhook.signing_secret;
  return json_line(json);
}

std::string json_of(const PlanUsage& usage) {
  const PlanInfo& plan = info(usage.plan);
  Json json = Json::object();
  json["plan"] = plan.name;
  json["limit"] = plan.limit ? Json(*plan.limit) : Json(nullptr);
  json["used"] = usage.used;
  return json_line(json);
}

}  // namespace slotflow
