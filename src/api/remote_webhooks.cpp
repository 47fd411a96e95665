#include "api/remote_webhooks.h"

#include <algorithm>
#include <utility>

#include "domain/error.h"
#include "domain/json.h"
#include "domain/status_text.h"
#include "domain/webhook_json.h"
#include "store/registry.h"

namespace slotflow {

namespace {

constexpr const char* kPath = "/v1/webhooks";
constexpr const char* kCreate = "POST /v1/webhooks";
constexpr const char* kList = "GET /v1/webhooks";

Json json_in(const ApiAnswer& answer, const char* call, const ApiClient& client) {
  if (!is_success(answer.status)) client.refuse(answer);
  auto parsed = parse_json(answer.body);
  if (const auto* problem = std::get_if<JsonProblem>(&parsed)) {
    client.refuse_body(call, to_string(*problem));
  }
  return std::get<Json>(std::move(parsed));
}

Webhook created_webhook(const ApiAnswer& answer, const ApiClient& client) {
  try {
    return webhook_of(json_in(answer, kCreate, client), "");
  } catch (const WrongJson& wrong) {
    client.refuse_body(kCreate, wrong.what());
  }
}

const Webhook* active_at(const std::vector<Webhook>& webhooks, const std::string& url) {
  const auto found = std::ranges::find_if(
      webhooks, [&](const Webhook& webhook) { return webhook.active && webhook.url == url; });
  return found == webhooks.end() ? nullptr : &*found;
}

std::string request_body(const WantedWebhook& wanted) {
  Json events = Json::array();
  for (const Event event : wanted.events) events.push_back(info(event).name);
  return to_line(Json{{"url", wanted.url}, {"events", std::move(events)}});
}

}  // namespace

std::vector<Webhook> RemoteWebhooks::list() {
  client_.begin();
  return registered();
}

std::vector<Webhook> RemoteWebhooks::registered() {
  const Json json = json_in(client_.call("GET", kPath), kList, client_);
  const Json* array = find_field(json, "webhooks");
  if (array == nullptr || !array->is_array()) {
    client_.refuse_body(kList, std::string("webhooks: expected an array, got ") + json_type(array));
  }
  std::vector<Webhook> webhooks;
  try {
    for (const Json& webhook : *array) {
      const std::string place = "webhooks[" + std::to_string(webhooks.size()) + "]";
      webhooks.push_back(webhook_of(webhook, place));
    }
  } catch (const WrongJson& wrong) {
    client_.refuse_body(kList, wrong.what());
  }
  return webhooks;
}

Webhook RemoteWebhooks::add(const WantedWebhook& wanted) {
  if (wanted.secret) {
    throw Error(
        ErrorCode::usage,
        "--secret and --secret-file cannot be combined with --api: Slotflow makes the secret", "",
        "--secret");
  }
  client_.begin();
  // If the response to the call below is lost, a webhook with this URL is the one that it created:
  // so there must be none before.
  if (const auto before = registered(); const Webhook* other = active_at(before, wanted.url)) {
    throw Error(ErrorCode::validation_error,
                wanted.url + " is already registered (id " + other->id + ")",
                "to register it again, run '" + own_command_("delete " + other->id) + "' first");
  }
  for (;;) {
    const ApiClient::Outcome outcome = client_.attempt("POST", kPath, request_body(wanted));
    if (!ApiClient::is_temporary(outcome)) {
      if (const auto* answer = std::get_if<ApiAnswer>(&outcome)) {
        return created_webhook(*answer, client_);
      }
    }
    client_.wait_after(outcome);
    if (!ApiClient::is_uncertain(outcome)) continue;
    const std::vector<Webhook> webhooks = registered();
    if (const Webhook* created = active_at(webhooks, wanted.url)) return *created;
  }
}

void RemoteWebhooks::remove_one(const Webhook& webhook) {
  bool may_be_gone = false;
  const ApiAnswer answer = client_.call("DELETE", kPath + ("/" + webhook.id), &may_be_gone);
  constexpr int kNotFound = 404;
  if (answer.status == kNotFound && may_be_gone) return;
  if (!is_success(answer.status)) client_.refuse(answer);
}

std::vector<Webhook> RemoteWebhooks::remove(const std::vector<std::string>& ids_or_urls) {
  const std::vector<Webhook> webhooks = list();
  std::vector<Webhook> doomed;
  for (const std::string& id_or_url : ids_or_urls) {
    const Webhook& webhook = find_webhook(webhooks, id_or_url, own_command_);
    if (std::ranges::find(doomed, webhook.id, &Webhook::id) == doomed.end()) {
      doomed.push_back(webhook);
    }
  }
  if (doomed.size() > 1) {
    throw Error(
        ErrorCode::usage,
        "delete with --api accepts one webhook at a time: Slotflow cannot delete either all "
        "of them or none",
        "run the command once for each webhook");
  }
  for (const Webhook& webhook : doomed) remove_one(webhook);
  return doomed;
}

void RemoteWebhooks::remove_all(const std::function<void(const Webhook&)>& removed) {
  for (const Webhook& webhook : list()) {
    client_.begin();
    remove_one(webhook);
    removed(webhook);
  }
}

}  // namespace slotflow
