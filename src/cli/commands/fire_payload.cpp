#include "cli/commands/fire_options.h"
#include "domain/booking_edit.h"
#include "domain/error.h"
#include "domain/event_identity.h"
#include "domain/expected.h"
#include "domain/utf8.h"
#include "system/entropy.h"
#include "system/files.h"

namespace slotflow {

namespace {

void show_notices(const EditNotices& notices, const Context& context) {
  for (const std::string& notice : notices) context.notice(notice);
}

// Merges JSON, KEY=VALUE or, for "@FILE", the JSON in FILE.
void merge_one_metadata(RawJson& booking, const std::string& text, Context& context) {
  if (!text.starts_with('@')) return show_notices(merge_metadata(booking, text), context);
  const std::string file = text.substr(1);
  merge_metadata_file(booking, file, read_bytes("--metadata", file, context.world.in));
}

// Returns the synthetic booking with the changes that the options ask for.
std::string booking_of(const FireOptions& options, Timestamp now, std::uint64_t seed,
                       const std::string& random_id, Context& context) {
  Random random(seed);
  auto parsed = parse_raw_json(
      booking_text(options.event, now, options.preset.value_or(Preset::sales), random));
  RawJson& booking = std::get<RawJson>(parsed);
  if (!options.seed) booking["id"].assign(RawJson::string(random_id));
  if (options.booking_id) {
    if (!is_utf8(*options.booking_id)) throw_expected("--booking-id", "UTF-8", *options.booking_id);
    booking["id"].assign(RawJson::string(*options.booking_id));
  }
  for (const std::string& text : options.metadata) merge_one_metadata(booking, text, context);
  for (const std::string& text : options.set) show_notices(set_member(booking, text), context);
  return booking.dump();
}

EventMessage given_message(const FireOptions& options, Context& context) {
  const bool also_made =
      options.booking_id || !options.set.empty() || !options.metadata.empty() || options.preset;
  if (also_made) {
    throw Error(ErrorCode::usage,
                "--payload cannot be combined with --booking-id, --set, --metadata or --preset", "",
                Error::Subjects{"--payload", "--booking-id", "--set", "--metadata", "--preset"});
  }
  EventMessage message;
  message.body = read_bytes("--payload", *options.payload, context.world.in);
  message.booking_id = identity_in(message.body).booking_id;
  auto parsed = parse_json(message.body);
  if (Json* payload = std::get_if<Json>(&parsed)) {
    message.payload = std::move(*payload);
  } else {
    const JsonProblem& problem = std::get<JsonProblem>(parsed);
    context.notice(std::string("the payload is ") +
                   (problem.too_deep ? "nested too deeply" : "not JSON") + " (" +
                   to_string(problem) + "); it is sent unchanged");
  }
  return message;
}

}  // namespace

EventMessage make_message(const FireOptions& options, Context& context) {
  options.secret.refuse_shared_input(options.payload.value_or(""));
  const std::uint64_t seed = options.seed ? *options.seed : new_seed();
  EventMessage message;
  if (options.payload) {
    message = given_message(options, context);
  } else {
    const Timestamp now = context.clock.now();
    // A random seed has few digits, so that it can be typed. Ids made from it would soon repeat.
    const std::string random_id = options.seed ? "" : new_uuid();
    message.body =
        payload_text(options.event, now, booking_of(options, now, seed, random_id, context));
    message.payload = try_parse_json(message.body);
    if (!message.payload) {
      throw Error(ErrorCode::usage,
                  "--metadata, --set: expected at most " + std::to_string(kMaxJsonDepth) +
                      " levels of nesting in the whole payload",
                  "", Error::Subjects{"--metadata", "--set"});
    }
    message.booking_id = identity_in(message.body).booking_id;
    message.seed_is_random = !options.seed;
    message.id_is_random = message.seed_is_random && message.booking_id == random_id;
  }
  message.seed = seed;
  return message;
}

}  // namespace slotflow
