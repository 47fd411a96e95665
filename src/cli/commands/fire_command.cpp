#include <string>

#include "cli/attempt_reports.h"
#include "cli/commands/commands.h"
#include "cli/commands/event_options.h"
#include "cli/commands/fire_options.h"
#include "cli/delivery_notices.h"
#include "cli/delivery_result.h"
#include "cli/history_recorder.h"
#include "cli/request_preview.h"
#include "domain/ascii.h"
#include "domain/closest.h"
#include "domain/error.h"
#include "domain/expected.h"
#include "domain/quote.h"
#include "domain/suggestion.h"
#include "domain/text.h"
#include "domain/utf8.h"
#include "report/deliveries.h"
#include "report/phrases.h"
#include "send/client.h"
#include "send/scheduler.h"
#include "system/descriptors.h"

namespace slotflow {

namespace {

void announce(const std::vector<EventMessage>& messages, const std::vector<Lane>& lanes,
              const RetryPolicy& retry, Context& context) {
  FireAnnouncement announcement;
  for (const EventMessage& message : messages) {
    announcement.event += (announcement.event.empty() ? "" : ", then ") + message.name;
  }
  announcement.payload = messages.front().payload;
  for (const Lane& lane : lanes) {
    announcement.deliveries += lane.size();
    announcement.endpoints.push_back(lane.front().request.url.to_string());
  }
  for (int attempt = 1; attempt < retry.max_attempts(); ++attempt) {
    announcement.retry_delays.push_back(*retry.delay_after(attempt));
  }
  announcement.speed = retry.speed;
  context.output.show(announcement);
}

int finish(const DeliveryResult& result, bool is_kept, bool accepted_flaws,
           const FireOptions& options, Context& context) {
  const DeliverySummary& summary = result.summary;
  context.output.show(summary);
  if (accepted_flaws) warn_of_accepted_flaws(context);
  if (tell_unfinished(result, is_kept, context)) return exit_code::kInterrupted;
  const bool yes = options.expected_statuses.empty() ? summary.failed == 0
                                                     : summary.expected == summary.deliveries;
  if (!yes && !options.expected_statuses.empty()) {
    context.notice(std::to_string(summary.deliveries - summary.expected) + " of " +
                   counted(summary.deliveries, "delivery", "deliveries") + " did not end with " +
                   options.expected_statuses.to_string());
  }
  return yes ? exit_code::kYes : exit_code::kNo;
}

// Takes the first argument as a URL if it is not an event, as the payload may name that.
void settle_event(FireOptions& options, const Context& context) {
  const std::string& text = options.event;
  if (text.empty() && options.payload) return;
  if (text.empty()) {
    throw Error(ErrorCode::usage, "fire requires EVENT", "see slotflow-hooks fire --help");
  }
  if (event_typed(text) || text == kLifecycle) return;
  const bool could_be_url = !text.starts_with("booking.") &&
                            (text.find_first_of(":/.") != std::string::npos || is_digits(text));
  if (could_be_url && !options.payload) {
    throw Error(
        ErrorCode::usage, "fire requires EVENT before the URL",
        "name the event first: " + context.own_command()("fire confirmed " + shell_argument(text)));
  }
  // Slotflow creates a booking, and reports that it was confirmed.
  if (text.find("creat") != std::string::npos && !could_be_url) {
    throw_expected("EVENT", joined(fired_event_choices(), ", ", " or "), text,
                   did_you_mean("confirmed"));
  }
  if (!options.payload || !could_be_url || !closest_match(text, fired_event_choices()).empty()) {
    throw_unknown_choice("EVENT", text, fired_event_choices());
  }
  options.to.insert(options.to.begin(), parse_url("URL", text));
  options.event.clear();
}

void announce_seed(const EventMessage& message, const Context& context) {
  if (!message.seed_is_random) return;
  const std::string seed = std::to_string(message.seed);
  // An id that an option gave comes from the seed if that option is left out.
  context.notice(
      "seed " + seed + " (repeat this booking" +
      (message.id_is_random ? ", except for its id, with" : " with the same options and") +
      " --seed " + seed + ')');
}

int run_fire(FireOptions& options, Context& context) {
  settle_event(options, context);
  refuse_combinations(options, context.options.json);
  RetryPolicy retry = options.retry;
  if (options.no_retry) retry.delays.clear();
  refuse_too_long(retry);
  read_metadata_files(options, context);
  const std::vector<EventMessage> messages = make_messages(options, context);
  const EventMessage& message = messages.front();
  auto lanes = make_lanes(options, messages, context);
  if (options.dry_run || options.curl) {
    announce_seed(message, context);
    for (const Lane& lane : lanes) {
      for (const Delivery& delivery : lane) {
        context.output.show(preview_of(delivery, options.tls, options.curl, context.clock.now()));
      }
    }
    return exit_code::kYes;
  }
  raise_open_file_limit();
  EventLoop loop(context.world.interrupt);
  Client client(loop, options.tls);  // reads --cacert, which a signal must be able to end
  const auto signals = context.catch_signals();
  announce_seed(message, context);
  announce(messages, lanes, retry, context);
  announce_flaws(
      {{}, options.skew, options.tamper},
      options.expected_statuses.empty() ? " (to exit with 0 then, give --expect-status 4xx)" : "",
      context);
  AttemptReports reports(context.output, context.world);
  HistoryRecorder history(context, reports, options.verbose);
  if (!options.no_history) {
    history.hide_secrets_of(lanes);
    history.begin(history_batch(options, messages, lanes, retry, context.clock.now()));
  }
  Scheduler scheduler(
      loop, client, context.clock,
      {{retry, options.expected_statuses}, spare_connections(), history.wants_requests()}, history);
  for (Lane& lane : lanes) scheduler.submit(std::move(lane));
  const DeliveryResult result = scheduler.drain();
  reports.finish();
  history.finish();
  if (reports.reader_left() && result.summary.unfinished > 0) return exit_code::kReaderLeft;
  return finish(result, history.is_kept(), reports.accepted_flaws(), options, context);
}

void add_booking_id(CLI::App& app, FireOptions& options) {
  add_text(
      app, "--booking-id", value::text("UUID"),
      [&options](const std::string& text) {
        if (!is_utf8(text)) throw_expected("--booking-id", "UTF-8", text);
        options.booking_id = text;
      },
      "Id of the booking (default: random). With cancelled, the id of a booking\n"
      "that was fired before, or \"last\": the data is the same");
}

void add_delivery(CLI::App& app, FireOptions& options) {
  begin_group(app, "Delivery");
  add_text(
      app, "--timeout", value::duration(),
      [&options](const std::string& text) {
        options.timeout = parse_positive_duration("--timeout", text);
      },
      "Time limit for one attempt, from name lookup to the last byte\n(default: 10s)");
  add_list(
      app, "--retry-delays", value::durations(),
      [&options](const std::string& text) {
        options.retry.delays = parse_duration_list("--retry-delays", text);
        options.gives_delays = true;
      },
      "Retry delays: comma-separated or repeated (default: 5m,60m)");
  add_text(
      app, "--speed", value::number("N"),
      [&options](const std::string& text) {
        options.retry.speed = parse_speed("--speed", text);
        options.gives_delays = true;
      },
      "Divide the retry delays by N; 1 is real time (default: 300)");
  app.add_flag("--no-retry", options.no_retry, "Make one attempt only");
  add_texts(
      app, "--expect-status", value::statuses(),
      [&options](const std::string& text) {
        options.expected_statuses.add("--expect-status", text);
      },
      "End a delivery at a response with one of these statuses, such as 401 or\n"
      "4xx, and exit with 0 if every delivery ended so; can be repeated");
  add_tls(app, options.tls);
  add_headers(app, options.headers,
              "Add a header, or replace one that fire sends; can be repeated");
  app.add_flag("--no-history", options.no_history, "Do not keep the deliveries in the history");
}

void add_tampering(CLI::App& app, FireOptions& options) {
  begin_group(app, "Invalid on purpose");
  add_text(
      app, "--tamper", value::choice(tamper_choices()),
      [&options](const std::string& text) { options.tamper = parse_tamper(text); },
      "Make the request invalid after signing it");
  add_duration(app, "--skew", options.skew,
               "Shift the signed timestamp, such as -10m; the signature matches it", true);
  add_number(
      app, "--duplicate", 1, 10'000, [&options](std::uint64_t count) { options.duplicate = count; },
      "Send the event N times (default: 1)");
}

}  // namespace

Runner add_fire(CLI::App& app) {
  auto options = std::make_shared<FireOptions>();
  add_text(
      app, "EVENT", value::fired_events(),
      [options](const std::string& text) { options->event = text; },
      "Event to send: confirmed or cancelled, or booking.confirmed or\n"
      "booking.cancelled; lifecycle: a confirmation, then its cancellation\n"
      "(default: with --payload, what the payload says)");
  add_target(app, *options,
             "fire lifecycle confirms a booking and cancels it; otherwise run fire for each event");
  add_seed(app, *options,
           "Seed of the booking; the same seed makes the same booking\n(default: random; the seed "
           "is printed)");
  add_booking_id(app, *options);
  add_payload(app, *options);
  add_delivery(app, *options);
  add_tampering(app, *options);
  begin_group(app, "Output");
  // In the config file they would make every run send nothing, and succeed.
  app.add_flag("--dry-run", options->dry_run, "Print the exact request, and send nothing")
      ->configurable(false);
  app.add_flag("--curl", options->curl, "Print an equivalent curl command, and send nothing")
      ->configurable(false);
  app.add_flag("-v,--verbose", options->verbose,
               "Print the whole request and response of each attempt");
  set_examples(app, {{"Send an event to every registered webhook that is subscribed to it",
                      "slotflow-hooks fire confirmed"},
                     {"Send an event to a handler that is not registered",
                      "slotflow-hooks fire confirmed localhost:3000 \\\n  --secret-file key.txt"}});
  return [options](Context& context) { return run_fire(*options, context); };
}

}  // namespace slotflow
