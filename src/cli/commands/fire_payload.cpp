#include <algorithm>
#include <cctype>
#include <string_view>

#include "cli/commands/fire_options.h"
#include "domain/error.h"
#include "domain/event_identity.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

bool is_uuid(std::string_view text) {
  constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  return std::ranges::equal(text, kForm, [](char c, char form) {
    return form == '-' ? c == '-' : std::isxdigit(static_cast<unsigned char>(c)) != 0;
  });
}

// Merges JSON, KEY=VALUE or, for "@FILE", the JSON in FILE.
void merge_one_metadata(Json& booking, const std::string& text, Context& context) {
  if (!text.starts_with('@')) return merge_metadata(booking, text);
  const std::string content = context.read_bytes("--metadata", text.substr(1));
  const auto problem = parse_json(content);
  if (const auto* where = std::get_if<JsonProblem>(&problem)) {
    throw Error(ErrorCode::usage,
                "--metadata: " + text.substr(1) + ":" + std::to_string(where->line) + ":" +
                    std::to_string(where->column) + ": expected " + where->expected,
                "", "--metadata");
  }
  merge_metadata(booking, content);
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
  message.body = context.read_bytes("--payload", *options.payload);
  message.payload = try_parse_json(message.body.str());
  message.booking_id = identity_in(message.body).booking_id;
  if (!message.payload) context.notice("the payload is not JSON; it is sent unchanged");
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
    Random random(seed);
    Json booking = make_booking(options.event, now, options.preset.value_or(Preset::sales), random);
    // A random seed has few digits, so that it can be typed. Ids made from it would soon repeat.
    const std::string random_id = options.seed ? "" : new_uuid();
    if (!options.seed) booking["id"] = random_id;
    if (options.booking_id) {
      booking["id"] = *options.booking_id;
      if (!is_uuid(*options.booking_id)) {
        context.notice("the id of the booking is not a UUID, as Slotflow's ids are");
      }
    }
    for (const std::string& text : options.metadata) merge_one_metadata(booking, text, context);
    for (const std::string& assignment : options.set) set_member(booking, assignment);
    message.payload = make_payload(options.event, now, std::move(booking));
    message.body = message.payload->dump();
    message.booking_id = identity_in(message.body).booking_id;
    message.seed_is_random = !options.seed;
    message.id_is_random = message.seed_is_random && message.booking_id == random_id;
  }
  message.seed = seed;
  return message;
}

}  // namespace slotflow
