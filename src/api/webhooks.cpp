#include "api/webhooks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "api/json_body.h"
#include "api/responses.h"
#include "domain/choices.h"
#include "domain/error.h"
#include "domain/invalid_field.h"
#include "domain/json_input.h"
#include "domain/text.h"
#include "domain/url.h"
#include "domain/webhook_json.h"

namespace slotflow {

namespace {

// The commands also accept a port alone; Slotflow does not.
std::string url_in(const JsonInput& body) {
  const std::string url = body.text("url");
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    throw_invalid("url", "a URL that begins with https:// or http://", url);
  }
  return parse_url("url", url).to_string();
}

std::vector<Event> events_in(const JsonInput& body) {
  std::vector<Event> events;
  std::size_t index = 0;
  for (const std::string& name : body.texts("events")) {
    const auto event = event_named(name);
    if (!event) {
      throw_invalid("events[" + std::to_string(index) + "]",
                    joined(names_of(kEvents), ", ", " or "), name);
    }
    if (std::ranges::find(events, *event) == events.end()) events.push_back(*event);
    ++index;
  }
  if (events.empty()) {
    throw Error(ErrorCode::validation_error, "events: expected at least one event, got none");
  }
  return events;
}

[[noreturn]] void refuse_unknown_webhook() {
  throw Error(ErrorCode::not_found, "Webhook not found.");
}

}  // namespace

WebResponse create_webhook(const WebRequest& request, ApiResources& resources) {
  const Json json = json_body(request);
  const JsonInput body(json);
  const std::vector<Webhook> known = resources.registry.read().webhooks;
  NewWebhook webhook{url_in(body), events_in(body), resources.ids.signing_secret()};
  webhook.has_limit = resources.has_limits;
  // A seed that was used before gives the same ids again.
  do {
    webhook.id = resources.ids.uuid();
  } while (std::ranges::find(known, webhook.id, &Webhook::id) != known.end());
  return json_response(201, json_of(resources.registry.add(webhook, resources.clock.now())));
}

WebResponse list_webhooks(const WebRequest&, ApiResources& resources) {
  Json webhooks = Json::array();
  for (const Webhook& webhook : resources.registry.read().webhooks) {
    webhooks.push_back(json_of(webhook));
  }
  return list_response("webhooks", std::move(webhooks));
}

WebResponse delete_webhook(const WebRequest& request, ApiResources& resources) {
  const std::string& id = request.parameter("id");
  // The store also accepts the beginning of an id, or a URL.
  const std::vector<Webhook> webhooks = resources.registry.read().webhooks;
  if (std::ranges::find(webhooks, id, &Webhook::id) == webhooks.end()) refuse_unknown_webhook();
  try {
    resources.registry.remove({id});
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) refuse_unknown_webhook();
    throw;
  }
  return deleted_response(id);
}

}  // namespace slotflow
