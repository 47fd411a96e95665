#include "cli/commands/event_options.h"

#include <cstdint>
#include <string>

#include "cli/value_type.h"
#include "domain/booking.h"
#include "domain/error.h"
#include "domain/event.h"
#include "domain/quote.h"

namespace slotflow {

namespace {

// Reads an argument after EVENT.
Url url_argument(const std::string& text, const std::string& command,
                 const std::string& one_event) {
  if (event_typed(text) || text == kLifecycle) {
    throw Error(ErrorCode::usage,
                command + " takes one EVENT: expected a URL, got " + in_quotes(text), one_event);
  }
  return parse_url("URL", text);
}

}  // namespace

void add_target(CLI::App& app, FireOptions& options, const std::string& one_event) {
  begin_group(app, "Target");
  add_texts(
      app, "--webhook", value::webhook(),
      [&options](const std::string& text) { options.webhooks.push_back(text); },
      "Send to this registered webhook, by id or URL; can be repeated\n"
      "(default: every active webhook subscribed to the event)");
  add_texts(
      app, "--to", value::url(),
      [&options](const std::string& text) { options.to.push_back(parse_url("--to", text)); },
      "Send to this URL, registered or not; can be repeated");
  take_any_number(add_texts(
      app, "URL", value::url(),
      [&options, command = app.get_name(), one_event](const std::string& text) {
        options.to.push_back(url_argument(text, command, one_event));
      },
      "The same as --to URL; can be repeated"));
  add_secret(app, options.secret, "Sign the deliveries to --to with this secret");
  add_api_for_webhook(app, options.api);
}

void add_seed(CLI::App& app, FireOptions& options, const std::string& help) {
  begin_group(app, "Payload");
  add_number(
      app, "--seed", 0, UINT64_MAX, [&options](std::uint64_t seed) { options.seed = seed; }, help);
}

void add_payload(CLI::App& app, FireOptions& options) {
  add_texts(
      app, "--set", value::text("PATH=VALUE"),
      [&options](const std::string& text) { options.set.push_back(text); },
      "Set a field of data, such as attendee_name=Zoe or metadata.tier=2;\n"
      "VALUE is JSON if it parses, else text; can be repeated");
  add_texts(
      app, "--metadata", value::text("JSON|@FILE|KEY=VALUE"),
      [&options](const std::string& text) { options.metadata.push_back(text); },
      "Merge fields into the booking's metadata; can be repeated");
  add_text(
      app, "--preset", value::choice(preset_choices()),
      [&options](const std::string& text) { options.preset = parse_preset(text); },
      "Kind of agent that books; selects the metadata (default: sales)");
  add_text(
      app, "--payload", value::file_or_input(),
      [&options](const std::string& text) { options.payload = text; },
      "Send the bytes of FILE ('-': standard input) instead of a synthetic booking");
}

}  // namespace slotflow
