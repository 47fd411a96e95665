#include "store/registry_format.h"

#include <utility>
#include <variant>

#include "domain/error.h"
#include "domain/url.h"

namespace slotflow {
namespace {

constexpr int kVersion = 1;
const char* const kLeftAlone =
    "the file is left as it is: repair it, or choose another with --store";

const char* type_of(const Json* value) {
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

const Json* member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

bool is_plain(const std::string& id) {
  return !id.empty() && id.find_first_not_of(
                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "0123456789-_") == std::string::npos;
}

// Reads the members of one document, and knows its path for the errors.
class Decoder {
 public:
  explicit Decoder(const std::string& path) : path_(path) {}

  Snapshot decode(const Json& document) const {
    if (!document.is_object()) fail("", "an object with a version", type_of(&document));
    check_version(member(document, "version"));
    Snapshot snapshot;
    snapshot.plan = plan(member(document, "plan"));
    const Json* webhooks = member(document, "webhooks");
    if (webhooks == nullptr) return snapshot;
    if (!webhooks->is_array()) fail("webhooks", "an array", type_of(webhooks));
    snapshot.webhooks.reserve(webhooks->size());
    for (std::size_t i = 0; i < webhooks->size(); ++i) {
      snapshot.webhooks.push_back(webhook((*webhooks)[i], i));
    }
    return snapshot;
  }

 private:
  [[noreturn]] void fail(const std::string& place, const std::string& expected,
                         const std::string& got) const {
    throw Error(ErrorCode::store_error,
                path_ + ": " + (place.empty() ? "" : place + ": ") + "expected " + expected +
                    ", got " + got,
                kLeftAlone);
  }

  void check_version(const Json* version) const {
    if (version == nullptr || !version->is_number_integer()) {
      fail("version", std::to_string(kVersion), type_of(version));
    }
    if (*version == kVersion) return;
    if (*version < kVersion) fail("version", std::to_string(kVersion), version->dump());
    throw Error(ErrorCode::store_error,
                path_ + ": expected version " + std::to_string(kVersion) + ", got " +
                    version->dump() + "; this file was written by a newer slotflow-hooks",
                "update slotflow-hooks, or choose another file with --store");
  }

  Plan plan(const Json* value) const {
    if (value == nullptr) return Plan::free;
    for (const PlanInfo& row : kPlans) {
      if (value->is_string() && value->get_ref<const std::string&>() == row.name) return row.plan;
    }
    fail("plan", "free, starter or growth", value->is_string() ? "another string" : type_of(value));
  }

  Webhook webhook(const Json& object, std::size_t index) const {
    const auto place = [index](const char* name) {
      return "webhooks[" + std::to_string(index) + "]" + (*name == '\0' ? "" : ".") + name;
    };
    if (!object.is_object()) fail(place(""), "an object", type_of(&object));
    const auto text = [&](const char* name) -> const std::string& {
      const Json* value = member(object, name);
      if (value == nullptr || !value->is_string()) fail(place(name), "a string", type_of(value));
      return value->get_ref<const std::string&>();
    };
    Webhook result;
    result.id = text("id");
    // Ids are shown and typed; one with control characters in it would be a trap.
    if (!is_plain(result.id)) fail(place("id"), "letters, digits and dashes", "another string");
    result.url = url(text("url"), place("url"));
    result.signing_secret = text("signing_secret");
    result.created_at = text("created_at");
    const Json* active = member(object, "active");
    if (active == nullptr || !active->is_boolean()) {
      fail(place("active"), "true or false", type_of(active));
    }
    result.active = active->get<bool>();
    const Json* events = member(object, "events");
    if (events == nullptr || !events->is_array() || events->empty()) {
      fail(place("events"), "an array of events",
           events != nullptr && events->is_array() ? "an empty one" : type_of(events));
    }
    for (std::size_t i = 0; i < events->size(); ++i) {
      result.events.push_back(event((*events)[i], place("events"), i));
    }
    return result;
  }

  Event event(const Json& value, const std::string& place, std::size_t index) const {
    if (value.is_string()) {
      if (const auto known = event_named(value.get_ref<const std::string&>())) return *known;
    }
    fail(place + "[" + std::to_string(index) + "]", "booking.confirmed or booking.cancelled",
         value.is_string() ? "another string" : type_of(&value));
  }

  // In its normal form. One that is none may hold a password, and is not shown.
  std::string url(const std::string& text, const std::string& place) const {
    try {
      return parse_url("url", text).to_string();
    } catch (const Error&) {
      fail(place, "an http or https URL without user name, password and fragment",
           "another string");
    }
  }

  const std::string& path_;
};

}  // namespace

Json parse_store(const std::string& path, const std::string& bytes) {
  if (bytes.empty()) {
    return Json{
        {"version", kVersion}, {"plan", info(Plan::free).name}, {"webhooks", Json::array()}};
  }
  auto parsed = parse_json(bytes);
  if (const auto* problem = std::get_if<JsonProblem>(&parsed)) {
    throw Error(ErrorCode::store_error,
                path + ":" + std::to_string(problem->line) + ":" + std::to_string(problem->column) +
                    ": expected " + problem->expected,
                kLeftAlone);
  }
  return std::get<Json>(std::move(parsed));
}

Snapshot decode_store(const std::string& path, const Json& document) {
  return Decoder(path).decode(document);
}

Json encode_webhook(const Webhook& webhook) {
  Json events = Json::array();
  for (const Event event : webhook.events) events.push_back(info(event).name);
  return Json{{"id", webhook.id},
              {"url", webhook.url},
              {"events", std::move(events)},
              {"signing_secret", webhook.signing_secret},
              {"active", webhook.active},
              {"created_at", webhook.created_at}};
}

std::string dump_store(const Json& document) {
  return document.dump(2) + "\n";
}

}  // namespace slotflow
