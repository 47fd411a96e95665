// What register, list, delete, secret and plan show.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "domain/webhook.h"
#include "report/style.h"

namespace slotflow {

// The one result that shows a secret unasked: it is new.
struct RegisteredWebhook {
  Webhook webhook;
};

struct WebhookListing {
  std::vector<Webhook> webhooks;
  bool show_secrets = false;
};

struct DeletedWebhook {
  Webhook webhook;
};

// For scripts: the secret alone.
struct RevealedSecret {
  Webhook webhook;
};

struct PlanUsage {
  Plan plan = Plan::free;
  std::size_t used = 0;
};

std::string text_of(const RegisteredWebhook& registered, const Style& style);
std::string text_of(const WebhookListing& listing, const Style& style);
std::string text_of(const DeletedWebhook& deleted, const Style& style);
std::string text_of(const RevealedSecret& secret, const Style& style);
std::string text_of(const PlanUsage& usage, const Style& style);

std::string json_of(const RegisteredWebhook& registered);
std::string json_of(const WebhookListing& listing);
std::string json_of(const DeletedWebhook& deleted);
std::string json_of(const RevealedSecret& secret);
std::string json_of(const PlanUsage& usage);

}  // namespace slotflow
