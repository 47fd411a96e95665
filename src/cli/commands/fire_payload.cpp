#include <algorithm>
#include <cctype>
#include <string_view>

#include "cli/commands/fire_options.h"
#include "domain/booking_edit.h"
#include "domain/error.h"
#include "domain/event_identity.h"
#include "domain/expected.h"
#include "domain/quote.h"
#include "domain/utf8.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

bool is_uuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::ranges::equal(text, kForm, [](char c, char form) {
    return form == '-' ? c == '-' : std::isxdigit(static_cast<unsigned char>(c)) != 0;
  });
}

void show_notices(const EditNotices& notices, const Context& context) {
  for (const std::string& notice : notices) context.notice(notice);
}

// Merges JSON, KEY=VALUE or, for "@FILE", the JSON in FILE.
void merge_one_metadata(RawJson& booking, const std::string& text, const FireOptions& options,
                        const Context& context) {
  if (!text.starts_with('@')) return show_notices(merge_metadata(booking, text), context);
  const std::string file = text.substr(1);
  merge_metadata_file(booking, file, options.metadata_files.at(file));
}

// Returns the synthetic booking with all that the options change in it but --metadata and --set.
RawJson booking_of(const FireOptions& options, Event event, Timestamp now, std::uint64_t seed,
                   const std::string& random_id, Context& context) {
  Random random(seed);
  auto parsed =
      parse_raw_json(booking_text(event, now, options.preset.value_or(Preset::sales), random));
  RawJson& booking = std::get<RawJson>(parsed);
  if (!options.seed) booking["id"].assign(RawJson::string(random_id));
  if (options.booking_id) {
    if (!is_utf8(*options.booking_id)) throw_expected("--booking-id", "UTF-8", *options.booking_id);
    booking["id"].assign(RawJson::string(*options.booking_id));
    if (!is_uuid(*options.booking_id)) {
      context.notice("the id of the booking is not a UUID, as Slotflow's ids are");
    }
  }
  return std::move(booking);
}

// Returns why an event is not known from the payload.
std::string what_payload_says(const EventMessage& message, const EventIdentity& identity) {
  if (!message.payload) return "the payload is not JSON";
  if (!identity.event) return "the payload does not name an event";
  return "the payload's event is " + in_quotes(*identity.event) + ", which Slotflow does not send";
}

EventMessage given_message(const FireOptions& options, Context& context) {
  EventMessage message;
  message.body = context.read_bytes("--payload", *options.payload);
  auto parsed = parse_json(message.body);
  if (Json* payload = std::get_if<Json>(&parsed)) message.payload = std::move(*payload);
  const EventIdentity identity = identity_in(message.body);
  message.booking_id = identity.booking_id;
  const auto said = identity.event ? event_named(*identity.event) : std::nullopt;
  const auto asked = event_typed(options.event);
  if (!said && !asked) {
    const std::string& file = *options.payload;
    throw Error(ErrorCode::usage, "fire requires EVENT: " + what_payload_says(message, identity),
                "name the event whose webhooks get it: " +
                    context.own_command()("fire confirmed --payload " +
                                          (file == "-" ? file : file_argument(file))));
  }
  if (message.body.empty()) {
    context.notice("the payload is empty");
  } else if (const auto* problem = std::get_if<JsonProblem>(&parsed)) {
    context.notice(std::string("the payload is ") +
                   (problem->too_deep ? "nested too deeply" : "not JSON") + " (" +
                   to_string(*problem) + ")" +
                   (options.tamper == Tamper::body ? "" : "; it is sent unchanged"));
  }
  message.event = said ? *said : *asked;
  message.name = identity.event ? *identity.event : std::string(info(message.event).name);
  if (asked && message.name != info(*asked).name) {
    context.warning("the payload's event is " + in_quotes(message.name) + ", not " +
                    std::string(info(*asked).name));
  }
  return message;
}

std::vector<Event> events_of(const FireOptions& options) {
  if (options.event == kLifecycle) return {Event::booking_confirmed, Event::booking_cancelled};
  return {event_typed(options.event).value()};
}

[[noreturn]] void refuse_deep_payload() {
  throw Error(ErrorCode::usage,
              "--metadata, --set: expected at most " + std::to_string(kMaxJsonDepth) +
                  " levels of nesting in the whole payload",
              "", Error::Subjects{"--metadata", "--set"});
}

std::vector<EventMessage> made_messages(const FireOptions& options, std::uint64_t seed,
                                        Context& context) {
  const std::vector<Event> events = events_of(options);
  const Timestamp now = context.clock.now();
  // A random seed has few digits, so that it can be typed. Ids made from it would soon repeat.
  const std::string random_id = options.seed ? "" : new_uuid();
  std::optional<RawJson> fired = booking_fired_before(options, events.front(), context);
  const bool is_new = !fired;
  RawJson booking = is_new ? booking_of(options, events.front(), now, seed, random_id, context)
                           : std::move(*fired);
  if (!is_new) context.notice("this booking was fired before: the data is the same");
  for (const std::string& text : options.metadata) {
    merge_one_metadata(booking, text, options, context);
  }
  std::vector<EventMessage> messages;
  for (const Event event : events) {
    RawJson data = booking;
    data["status"].assign(RawJson::string(info(event).short_name));
    for (const std::string& assignment : options.set) {
      const EditNotices notices = set_member(data, assignment);
      if (messages.empty()) show_notices(notices, context);
    }
    EventMessage message;
    message.event = event;
    message.name = info(event).name;
    // A booking is cancelled after it was confirmed.
    const Duration later{static_cast<Duration::rep>(messages.size())};
    message.body = payload_text(event, now + later, data.dump());
    message.payload = try_parse_json(message.body.str());
    if (!message.payload) refuse_deep_payload();
    message.booking_id = identity_in(message.body).booking_id;
    message.seed = seed;
    message.seed_is_random = is_new && !options.seed;
    message.id_is_random = message.seed_is_random && message.booking_id == random_id;
    messages.push_back(std::move(message));
  }
  return messages;
}

}  // namespace

void read_metadata_files(FireOptions& options, const Context& context) {
  for (const std::string& text : options.metadata) {
    const std::string file = text.starts_with('@') ? text.substr(1) : "";
    if (file.empty() && text != "@") continue;
    if (options.metadata_files.contains(file)) continue;
    options.metadata_files[file] = context.read_bytes("--metadata", file);
  }
}

std::vector<EventMessage> make_messages(const FireOptions& options, Context& context) {
  options.secret.refuse_shared_input(options.payload.value_or(""));
  if (options.payload) return {given_message(options, context)};
  return made_messages(options, options.seed ? *options.seed : new_seed(), context);
}

}  // namespace slotflow
