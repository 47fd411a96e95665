#include "api/webhooks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "api/error.h"
#include "api/json_body.h"
#include "domain/choices.h"
#include "domain/json.h"
#include "domain/text.h"
#include "domain/url.h"
#include "domain/webhook_json.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

// The commands also accept a port alone; Slotflow does not.
std::string url_in(const JsonBody& body) {
  const std::string url = body.text("url");
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    JsonBody::refuse("url", "a URL that begins with https:// or http://", "another string");
  }
  return parse_url("url", url).to_string();
}

std::vector<Event> events_in(const JsonBody& body) {
  std::vector<Event> events;
  std::size_t index = 0;
  for (const std::string& name : body.texts("events")) {
    const auto event = event_named(name);
    if (!event) {
      JsonBody::refuse("events[" + std::to_string(index) + "]",
                       joined(names_of(kEvents), ", ", " or "), "another string");
    }
    if (std::ranges::find(events, *event) == events.end()) events.push_back(*event);
    ++index;
  }
  if (events.empty()) JsonBody::refuse("events", "at least one event", "none");
  return events;
}

[[noreturn]] void refuse_unknown_webhook() {
  throw ApiError(ApiErrorCode::not_found, "Webhook not found.");
}

}  // namespace

ApiResponse create_webhook(const ApiRequest& request, ApiResources& resources) {
  const JsonBody body(request);
  const NewWebhook webhook{url_in(body), events_in(body), new_signing_secret()};
  return {201, to_line(json_of(resources.registry.add(webhook, resources.clock.now())))};
}

ApiResponse list_webhooks(const ApiRequest&, ApiResources& resources) {
  Json webhooks = Json::array();
  for (const Webhook& webhook : resources.registry.read().webhooks) {
    webhooks.push_back(json_of(webhook));
  }
  const std::size_t total = webhooks.size();
  return {200, to_line(Json{{"webhooks", std::move(webhooks)}, {"total", total}})};
}

ApiResponse delete_webhook(const ApiRequest& request, ApiResources& resources) {
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
  return {200, to_line(Json{{"deleted", true}, {"id", id}})};
}

}  // namespace slotflow
