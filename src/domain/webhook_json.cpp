#include "domain/webhook_json.h"

#include <utility>

#include "domain/ascii.h"
#include "domain/choices.h"
#include "domain/error.h"
#include "domain/text.h"
#include "domain/url.h"

namespace slotflow {

namespace {

bool is_plain_id(const std::string& id) {
  return !id.empty() && std::ranges::all_of(id, [](char c) {
    return is_letter_or_digit(c) || c == '-' || c == '_';
  });
}

std::string element(const std::string& place, std::size_t index) {
  return place + "[" + std::to_string(index) + "]";
}

Event event_of(const Json& value, const std::string& place) {
  if (value.is_string()) {
    if (const auto known = event_named(value.get_ref<const std::string&>())) return *known;
  }
  throw WrongJson(place, joined(names_of(kEvents), ", ", " or "),
                  value.is_string() ? "another string" : json_type(&value));
}

// An invalid URL is not shown: it may hold a password.
std::string url_of(const std::string& text, const std::string& place) {
  try {
    return parse_url("url", text).to_string();
  } catch (const Error&) {
    throw WrongJson(place, "an http or https URL without user name, password and fragment",
                    "another string");
  }
}

}  // namespace

WrongJson::WrongJson(const std::string& place, const std::string& expected, const std::string& got)
    : std::runtime_error((place.empty() ? "" : place + ": ") + "expected " + expected + ", got " +
                         got) {}

Json json_of(const Webhook& webhook) {
  Json events = Json::array();
  for (const Event event : webhook.events) events.push_back(info(event).name);
  return Json{{"id", webhook.id},
              {"url", webhook.url},
              {"events", std::move(events)},
              {"signing_secret", webhook.signing_secret},
              {"active", webhook.active},
              {"created_at", webhook.created_at}};
}

const char* json_type(const Json* value) {
  if (value == nullptr) return "nothing";
  switch (value->type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::boolean:
      return "a boolean";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::array:
      return "an array";
    case Json::value_t::object:
      return "an object";
    default:
      return "a number";
  }
}

Webhook webhook_of(const Json& json, const std::string& place) {
  if (!json.is_object()) throw WrongJson(place, "an object", json_type(&json));
  const auto text = [&](const char* name) -> const std::string& {
    const Json* value = find_field(json, name);
    if (value == nullptr || !value->is_string()) {
      throw WrongJson(place + "." + name, "a string", json_type(value));
    }
    return value->get_ref<const std::string&>();
  };
  Webhook webhook;
  webhook.id = text("id");
  // Ids are shown and typed, so they must not have control characters.
  if (!is_plain_id(webhook.id)) {
    throw WrongJson(place + ".id", "letters, digits and dashes", "another string");
  }
  webhook.url = url_of(text("url"), place + ".url");
  webhook.signing_secret = text("signing_secret");
  webhook.created_at = text("created_at");
  const Json* active = find_field(json, "active");
  if (active == nullptr || !active->is_boolean()) {
    throw WrongJson(place + ".active", "true or false", json_type(active));
  }
  webhook.active = active->get<bool>();
  const Json* events = find_field(json, "events");
  const std::string events_place = place + ".events";
  if (events == nullptr || !events->is_array() || events->empty()) {
    const bool is_empty = events != nullptr && events->is_array();
    throw WrongJson(events_place, "an array of events",
                    is_empty ? "an empty one" : json_type(events));
  }
  for (std::size_t i = 0; i < events->size(); ++i) {
    webhook.events.push_back(event_of((*events)[i], element(events_place, i)));
  }
  return webhook;
}

}  // namespace slotflow
