#include "api/state.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "domain/ascii.h"
#include "domain/booking_json.h"
#include "domain/calendar_date.h"
#include "domain/choices.h"
#include "domain/closest.h"
#include "domain/error.h"
#include "domain/invalid_field.h"
#include "domain/json_input.h"
#include "domain/raw_json.h"
#include "domain/schedule_json.h"
#include "domain/suggestion.h"
#include "domain/webhook_json.h"
#include "system/zone_files.h"

namespace slotflow {

namespace {

// One element of an array of the state.
class Item {
 public:
  Item(const Json& json, std::string place)
      : json_(json), place_(std::move(place)), in_(json, place_) {}

  const JsonInput* operator->() const { return &in_; }
  const Json& json() const { return json_; }

  // Returns what `parse` makes of the element, or of an object in it; its errors name the place.
  template <typename Parse>
  auto read(Parse parse) const {
    return read_at(json_, place_, parse);
  }
  template <typename Parse>
  auto read(const std::string& field, Parse parse) const {
    return read_at(*in_.find(field), in_.name_of(field), parse);
  }

  std::string id(IdSource& ids) const {
    auto id = in_.optional_text("id");
    if (id && id->empty()) throw_invalid(in_.name_of("id"), "an id", *id);
    return id ? *std::move(id) : ids.uuid();
  }

  Timestamp time(const std::string& field) const {
    const std::string text = in_.text(field);
    const auto time = parse_iso8601(text);
    if (!time) throw_invalid(in_.name_of(field), "a time such as 2026-03-10T14:00:00.000Z", text);
    return *time;
  }

  Timestamp time_or(const std::string& field, Timestamp other) const {
    return in_.find(field) == nullptr ? other : time(field);
  }

  bool boolean_or(const std::string& field, bool other) const {
    return in_.find(field) == nullptr ? other : in_.boolean(field);
  }

 private:
  template <typename Parse>
  static auto read_at(const Json& json, const std::string& place, Parse parse) {
    if (!json.is_object()) {
      throw Error(ErrorCode::validation_error,
                  place + ": expected an object, got " + json_type(&json));
    }
    try {
      return parse(json);
    } catch (const Error& error) {
      throw Error(error.code(), place + "." + error.what(), error.hint());
    }
  }

  const Json& json_;
  std::string place_;
  JsonInput in_;
};

// A misspelt field would be as good as missing.
void refuse_others(const Json& object, const std::string& place,
                   const std::vector<std::string>& known) {
  for (const auto& [name, value] : object.items()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    throw_invalid(place, "fields such as " + known.front(), name,
                  did_you_mean(closest_match(name, known)));
  }
}

const std::vector<std::string>& fields_of(const std::string& array) {
  static const std::map<std::string, std::vector<std::string>> kFields{
      {"webhooks", {"url", "id", "events", "signing_secret", "active", "created_at"}},
      {"humans",
       {"name", "id", "email", "role", "timezone", "active", "created_at", "availability_rules"}},
      {"overrides",
       {"human_id", "id", "type", "title", "all_day", "start_date", "end_date", "start_time",
        "end_time", "recurrence", "created_at"}},
      {"bookings",
       {"human_id", "id", "starts_at", "ends_at", "duration_minutes", "attendee_name",
        "attendee_email", "status", "metadata", "created_at"}}};
  return kFields.at(array);
}

std::vector<Item> items_of(const Json& state, const std::string& field) {
  std::vector<Item> items;
  const Json* array = JsonInput(state).find(field);
  if (array == nullptr) return items;
  if (!array->is_array()) {
    throw Error(ErrorCode::validation_error,
                field + ": expected an array, got " + json_type(array));
  }
  for (const Json& element : *array) {
    const std::string place = field + "[" + std::to_string(items.size()) + "]";
    if (!element.is_object()) {
      throw Error(ErrorCode::validation_error,
                  place + ": expected an object, got " + json_type(&element));
    }
    refuse_others(element, place, fields_of(field));
    items.emplace_back(element, place);
  }
  return items;
}

Webhook webhook_in(const Item& item, std::size_t index, IdSource& ids, Timestamp now) {
  Json json = item.json();
  json["id"] = item.id(ids);
  if (item->find("events") == nullptr) json["events"] = names_of(kEvents);
  if (item->find("signing_secret") == nullptr) json["signing_secret"] = ids.signing_secret();
  if (const auto secret = item->optional_text("signing_secret");
      secret && (secret->empty() || std::ranges::any_of(*secret, is_space))) {
    throw Error(ErrorCode::validation_error,
                item->name_of("signing_secret") + ": expected a secret without white space");
  }
  if (item->find("active") == nullptr) json["active"] = true;
  if (item->find("created_at") == nullptr) json["created_at"] = to_iso8601(now);
  try {
    return webhook_of(json, "webhooks[" + std::to_string(index) + "]");
  } catch (const WrongJson& error) {
    throw Error(ErrorCode::validation_error, error.what());
  }
}

Human human_in(const Item& item, IdSource& ids, Timestamp now) {
  Human human{.id = item.id(ids),
              .name = item->text("name"),
              .email = item->optional_text("email"),
              .role = item->optional_text("role"),
              .timezone = item->text("timezone"),
              .active = item.boolean_or("active", true),
              .created_at = item.time_or("created_at", now)};
  ZoneFiles().find(item->name_of("timezone"), human.timezone);
  if (item->find("availability_rules") != nullptr) {
    human.availability_rules = item.read("availability_rules", availability_of);
  }
  return human;
}

ScheduleOverride override_in(const Item& item, IdSource& ids, Timestamp now) {
  return {item.id(ids), item->text("human_id"), item->text("title"), item.read(override_times_of),
          item.time_or("created_at", now)};
}

Booking booking_in(const Item& item, const RawJson& written, IdSource& ids, Timestamp now) {
  Booking booking{.id = item.id(ids),
                  .human_id = item->text("human_id"),
                  .starts_at = item.time("starts_at"),
                  .duration = std::chrono::minutes(item->integer("duration_minutes")),
                  .attendee_name = item->text("attendee_name"),
                  .attendee_email = item->optional_text("attendee_email"),
                  .created_at = item.time_or("created_at", now)};
  if (const auto status = item->optional_text("status")) {
    booking.status = item.read([&](const Json&) { return parse_booking_status(*status); });
  }
  const Json* metadata = item->find("metadata");
  if (metadata != nullptr && !metadata->is_object()) {
    throw Error(ErrorCode::validation_error,
                item->name_of("metadata") + ": expected an object, got " + json_type(metadata));
  }
  if (metadata != nullptr) booking.metadata = written.find("metadata")->dump();
  if (booking.duration < std::chrono::minutes(1) || booking.duration > std::chrono::days(1)) {
    throw_invalid(item->name_of("duration_minutes"), "1 to 1440 minutes",
                  std::to_string(booking.duration.count()));
  }
  constexpr Timestamp kEnd = std::chrono::sys_days(kLastYear / 1 / 1);
  if (booking.starts_at >= kEnd) {
    throw_invalid(item->name_of("starts_at"), "a time before " + to_iso8601(kEnd),
                  to_iso8601(booking.starts_at));
  }
  return booking;
}

// Every element has another id, and those of a human exist.
class References {
 public:
  void add(const std::string& place, const std::string& id) {
    if (!ids_.insert(id).second) throw_invalid(place + ".id", "an id that nothing else has", id);
  }
  void add_human(const std::string& place, const std::string& id) {
    add(place, id);
    humans_.insert(id);
  }
  void require_human(const std::string& place, const std::string& id) const {
    if (!humans_.contains(id)) throw_invalid(place + ".human_id", "the id of one of humans", id);
  }

 private:
  std::set<std::string> ids_;
  std::set<std::string> humans_;
};

void check_references(const ApiState& state) {
  References references;
  const auto place = [](const char* array, std::size_t index) {
    return std::string(array) + "[" + std::to_string(index) + "]";
  };
  std::size_t index = 0;
  for (const Webhook& each : state.webhooks) references.add(place("webhooks", index++), each.id);
  index = 0;
  for (const Human& each : state.organisation.humans) {
    references.add_human(place("humans", index++), each.id);
  }
  index = 0;
  for (const ScheduleOverride& each : state.organisation.overrides) {
    const std::string here = place("overrides", index++);
    references.add(here, each.id);
    references.require_human(here, each.human_id);
  }
  index = 0;
  for (const Booking& each : state.organisation.bookings) {
    const std::string here = place("bookings", index++);
    references.add(here, each.id);
    references.require_human(here, each.human_id);
  }
}

// As the API would not have made them.
void check_bookings(const std::vector<Booking>& bookings) {
  std::map<std::string, std::map<Timestamp, Timestamp>> taken;  // by human: starts and ends
  for (std::size_t i = 0; i < bookings.size(); ++i) {
    const Booking& booking = bookings[i];
    if (booking.status != BookingStatus::confirmed) continue;
    auto& of_human = taken[booking.human_id];
    const auto next = of_human.lower_bound(booking.starts_at);
    const bool meets_next =
        next != of_human.end() && next->first < booking.starts_at + booking.duration;
    const bool meets_previous =
        next != of_human.begin() && std::prev(next)->second > booking.starts_at;
    if (meets_next || meets_previous) {
      throw_invalid("bookings[" + std::to_string(i) + "].starts_at",
                    "a time at which '" + booking.human_id + "' has no other confirmed booking",
                    to_iso8601(booking.starts_at));
    }
    of_human.emplace(booking.starts_at, booking.starts_at + booking.duration);
  }
}

// Active webhooks with one URL could not be told from each other.
void check_urls(const std::vector<Webhook>& webhooks) {
  std::set<std::string> urls;
  for (std::size_t i = 0; i < webhooks.size(); ++i) {
    if (webhooks[i].active && !urls.insert(webhooks[i].url).second) {
      throw_invalid("webhooks[" + std::to_string(i) + "].url", "a URL that no other webhook has",
                    webhooks[i].url);
    }
  }
}

RawJson array_of(std::vector<RawJson> elements) {
  RawJson array;
  array.kind = RawJson::Kind::array;
  array.children = std::move(elements);
  return array;
}

}  // namespace

std::string state_json(const ApiState& state) {
  RawJson json = RawJson::object();
  json["plan"].assign(RawJson::string(info(state.plan.value_or(Plan::free)).name));
  std::vector<RawJson> webhooks, humans, overrides, bookings;
  for (const Webhook& each : state.webhooks) webhooks.push_back(raw_json(json_of(each)));
  for (const Human& each : state.organisation.humans) {
    humans.push_back(raw_json(json_with_availability(each)));
  }
  for (const ScheduleOverride& each : state.organisation.overrides) {
    overrides.push_back(raw_json(json_of(each)));
  }
  for (const Booking& each : state.organisation.bookings) bookings.push_back(json_of(each));
  json["webhooks"].assign(array_of(std::move(webhooks)));
  json["humans"].assign(array_of(std::move(humans)));
  json["overrides"].assign(array_of(std::move(overrides)));
  json["bookings"].assign(array_of(std::move(bookings)));
  return json.dump();
}

ApiState parse_state(std::string_view text, IdSource& ids, Timestamp now) {
  const auto refuse = [](const std::string& got) {
    throw Error(
        ErrorCode::validation_error,
        "expected a JSON object with plan, webhooks, humans, overrides and bookings, got " + got);
  };
  auto parsed = parse_json(text);
  if (const auto* problem = std::get_if<JsonProblem>(&parsed)) refuse(to_string(*problem));
  const Json& json = std::get<Json>(parsed);
  if (!json.is_object()) refuse(json_type(&json));
  const RawJson written = std::get<RawJson>(parse_raw_json(text));
  refuse_others(json, "state", {"plan", "webhooks", "humans", "overrides", "bookings"});
  ApiState state;
  if (const auto plan = JsonInput(json).optional_text("plan")) {
    state.plan = parse_plan("plan", *plan);
  }
  for (const Item& item : items_of(json, "webhooks")) {
    state.webhooks.push_back(webhook_in(item, state.webhooks.size(), ids, now));
  }
  OrganisationState& all = state.organisation;
  for (const Item& item : items_of(json, "humans")) {
    all.humans.push_back(human_in(item, ids, now));
  }
  for (const Item& item : items_of(json, "overrides")) {
    all.overrides.push_back(override_in(item, ids, now));
  }
  for (const Item& item : items_of(json, "bookings")) {
    const RawJson& as_written = written.find("bookings")->children[all.bookings.size()];
    all.bookings.push_back(booking_in(item, as_written, ids, now));
  }
  check_references(state);
  check_urls(state.webhooks);
  check_bookings(all.bookings);
  return state;
}

ApiState state_of(ApiResources& resources) {
  const Snapshot store = resources.registry.read();
  return {store.plan, store.webhooks, resources.organisation.state()};
}

void set_state(ApiResources& resources, const ApiState& state) {
  resources.organisation.set_state(state.organisation);
  resources.registry.replace(
      {state.plan ? *state.plan : resources.registry.read().plan, state.webhooks});
}

}  // namespace slotflow
