#include "cli/commands/fire_options.h"
#include "domain/error.h"
#include "domain/event_identity.h"
#include "domain/quote.h"
#include "system/entropy.h"
#include "system/files.h"

namespace slotflow {

namespace {

// Merges JSON, KEY=VALUE or, for "@FILE", the JSON in FILE.
void merge_one_metadata(Json& booking, const std::string& text, Context& context) {
  if (!text.starts_with('@')) return merge_metadata(booking, text);
  const std::string content = read_bytes("--metadata", text.substr(1), context.world.in);
  const auto problem = parse_json(content);
  if (const auto* where = std::get_if<JsonProblem>(&problem)) {
    throw Error(ErrorCode::usage,
                "--metadata: " + text.substr(1) + ":" + std::to_string(where->line) + ":" +
                    std::to_string(where->column) + ": expected " + where->expected,
                "", "--metadata");
  }
  merge_metadata(booking, content);
}

// Returns why an event is not known from the payload.
std::string what_payload_says(const EventMessage& message, const EventIdentity& identity) {
  if (!message.payload) return "the payload is not JSON";
  if (!identity.event) return "the payload does not name an event";
  return "the payload's event is " + in_quotes(*identity.event) + ", which Slotflow does not send";
}

EventMessage given_message(const FireOptions& options, Context& context) {
  EventMessage message;
  message.body = read_bytes("--payload", *options.payload, context.world.in);
  message.payload = try_parse_json(message.body.str());
  const EventIdentity identity = identity_in(message.body);
  message.booking_id = identity.booking_id;
  const auto said = identity.event ? event_named(*identity.event) : std::nullopt;
  const auto asked = event_typed(options.event);
  if (!said && !asked) {
    throw Error(ErrorCode::usage, "fire requires EVENT: " + what_payload_says(message, identity),
                "name the event whose webhooks get it: slotflow-hooks fire confirmed --payload " +
                    *options.payload);
  }
  if (!message.payload) context.notice("the payload is not JSON; it is sent unchanged");
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

std::vector<EventMessage> made_messages(const FireOptions& options, std::uint64_t seed,
                                        Context& context) {
  const std::vector<Event> events = events_of(options);
  const Timestamp now = context.clock.now();
  Random random(seed);
  Json booking = make_booking(events.front(), now, options.preset.value_or(Preset::sales), random);
  // A random seed has few digits, so that it can be typed. Ids made from it would soon repeat.
  const std::string random_id = options.seed ? "" : new_uuid();
  if (!options.seed) booking["id"] = random_id;
  if (options.booking_id) booking["id"] = *options.booking_id;
  for (const std::string& text : options.metadata) merge_one_metadata(booking, text, context);
  std::vector<EventMessage> messages;
  for (const Event event : events) {
    Json data = booking;
    data["status"] = info(event).short_name;
    for (const std::string& assignment : options.set) set_member(data, assignment);
    EventMessage message;
    message.event = event;
    message.name = info(event).name;
    // A booking is cancelled after it was confirmed.
    const Duration later{static_cast<Duration::rep>(messages.size())};
    message.payload = make_payload(event, now + later, std::move(data));
    message.body = message.payload->dump();
    message.booking_id = identity_in(message.body).booking_id;
    message.seed = seed;
    message.seed_is_random = !options.seed;
    message.id_is_random = message.seed_is_random && message.booking_id == random_id;
    messages.push_back(std::move(message));
  }
  return messages;
}

}  // namespace

std::vector<EventMessage> make_messages(const FireOptions& options, Context& context) {
  options.secret.refuse_shared_input(options.payload.value_or(""));
  if (options.payload) return {given_message(options, context)};
  return made_messages(options, options.seed ? *options.seed : new_seed(), context);
}

}  // namespace slotflow
