#include <algorithm>
#include <array>

#include "cli/commands/commands.h"
#include "cli/commands/deliveries_options.h"
#include "cli/options.h"
#include "domain/ascii.h"
#include "domain/choices.h"
#include "domain/closest.h"
#include "domain/duration.h"
#include "domain/error.h"
#include "domain/event.h"
#include "domain/expected.h"
#include "domain/quote.h"
#include "domain/retry_policy.h"
#include "domain/url.h"
#include "store/history_file.h"

namespace slotflow {

namespace {

// The first one is the default.
constexpr std::array<DeliveriesAction, 7> kActions{{
    {"list", list_deliveries, {.filters = true}},
    {"show", show_delivery, {.ids = true}},
    {"resend", resend_deliveries, {.ids = true, .filters = true, .delivers = true}},
    {"stats", show_stats, {.filters = true}},
    {"prune", prune_deliveries, {}},
    {"resume", resume_deliveries, {.delivers = true}},
    {"ui", show_inspector, {.ids = true}},
}};

constexpr const char* kMoment =
    "a duration such as 1h30m, or a time such as 2026-03-10T14:05:00Z or 1773151500";
constexpr std::size_t kShortestTime = 9;    // digits of Unix seconds; fewer are meant as an age
constexpr std::size_t kShortestPrefix = 4;  // characters of an id

// A number alone is in Unix seconds, as elsewhere. A time ends with a digit or Z, and an age with
// its unit, also if that is written as a word.
Moment parse_moment(const std::string& option, const std::string& text) {
  if (is_digits(text) && text.size() < kShortestTime) {
    throw_expected(option, kMoment, text, "did you mean '" + text + "s'?");
  }
  const bool is_age = !text.empty() && is_letter(text.back()) && lower_case(text.back()) != 'z';
  try {
    if (is_age) return {std::nullopt, parse_duration(option, text)};
    return {parse_time_argument(option, text), Duration(0)};
  } catch (const Error& error) {
    throw_expected(option, kMoment, text, error.hint());
  }
}

std::vector<std::string> failure_choices() {
  // The last one is never reported.
  return {kFailureNames.begin(), kFailureNames.end() - 1};
}

std::string parse_failure(const std::string& option, const std::string& text) {
  const auto choices = failure_choices();
  if (std::ranges::find(choices, text) == choices.end()) {
    throw_unknown_choice(option, text, choices);
  }
  return text;
}

int run_deliveries(DeliveriesOptions& options, Context& context) {
  const DeliveriesAction* action = &kActions.front();
  if (!options.action.empty()) action = &require_row("ACTION", kActions, options.action);
  refuse_combinations(options, *action, context);
  const Timestamp now = context.clock.now();
  if (options.since) options.filter.since = options.since->at(now);
  if (options.until) options.filter.until = options.until->at(now);
  // resend sends to it.
  if (action->options.filters && action->name != "resend") {
    for (const Url& url : options.to) options.filter.urls.push_back(url.to_string());
  }
  return action->run(options, context);
}

// None can be set in the config file, where it would choose what resend sends.
void add_filters(CLI::App& app, DeliveriesOptions& options) {
  begin_group(app, "Filters");
  HistoryFilter& filter = options.filter;
  app.add_flag("--failed", filter.failed, "Deliveries that failed: no retry is left");
  app.add_flag("--pending", filter.pending, "Deliveries with attempts to come");
  app.add_flag("--delivered", filter.delivered, "Deliveries that got a 2xx response");
  app.add_flag("--recovered", filter.recovered, "Deliveries that got one after a failed attempt");
  add_texts(
      app, "--event", value::event(),
      [&filter](const std::string& text) {
        filter.events.emplace_back(info(parse_event("--event", text)).name);
      },
      "Deliveries of this event; can be repeated");
  add_texts(
      app, "--webhook", value::webhook(),
      [&filter](const std::string& text) {
        const bool is_url = text.find_first_of(":/.") != std::string::npos;
        if (!is_url) return filter.webhooks.push_back(text);
        filter.webhook_urls.push_back(parse_url("--webhook", text).to_string());
      },
      "Deliveries to this webhook, by id or URL; can be repeated");
  add_texts(
      app, "--to", value::url(),
      [&options](const std::string& text) { options.to.push_back(parse_url("--to", text)); },
      "Deliveries to this URL; can be repeated. With resend: send to it, signed\n"
      "with its own secret or --secret");
  add_texts(
      app, "--booking", value::text("ID"),
      [&filter](const std::string& text) { filter.bookings.push_back(text); },
      "Deliveries about this booking; can be repeated");
  add_texts(
      app, "--status", value::statuses(),
      [&filter](const std::string& text) { filter.statuses.add("--status", text); },
      "Deliveries whose last response had this status, such as 500 or 5xx; can\nbe repeated");
  add_texts(
      app, "--error", {"ERROR", ValueKind::choice, failure_choices()},
      [&filter](const std::string& text) {
        filter.errors.push_back(parse_failure("--error", text));
      },
      "Deliveries whose last attempt ended with this error; can be repeated");
  add_text(
      app, "--slower", value::duration(),
      [&filter](const std::string& text) { filter.slower = parse_duration("--slower", text); },
      "Deliveries with an attempt that took longer");
  add_text(
      app, "--since", value::text("AGE|TIME"),
      [&options](const std::string& text) { options.since = parse_moment("--since", text); },
      "Deliveries created since then: a duration before now, such as 1h, or a time");
  add_text(
      app, "--until", value::text("AGE|TIME"),
      [&options](const std::string& text) { options.until = parse_moment("--until", text); },
      "Deliveries created until then");
  for (const char* name :
       {"--failed", "--pending", "--delivered", "--recovered", "--event", "--webhook", "--to",
        "--booking", "--status", "--error", "--slower", "--since", "--until"}) {
    app.get_option(name)->configurable(false);
  }
}

void add_delivering(CLI::App& app, DeliveriesOptions& options) {
  begin_group(app, "Resend and resume");
  app.add_flag("--last", options.last, "Resend the newest delivery that matches the filters")
      ->configurable(false);
  add_texts(
      app, "--set", value::text("PATH=VALUE"),
      [&options](const std::string& text) { options.set.push_back(text); },
      "Resend with another field of data, such as attendee_name=Zoe; can be\nrepeated")
      ->configurable(false);
  app.add_flag("--dry-run", options.dry_run,
               "List what resend would send, or count what prune would remove, and do\nnothing")
      ->configurable(false);
  app.add_flag("--yes", options.yes, "Resend more than 10 deliveries without asking")
      ->configurable(false);
  add_secret(app, options.secret, "Sign with this secret what was signed with one of an option");
  add_headers(
      app, options.headers,
      "Give a header again whose value is not kept, such as Authorization;\ncan be repeated");
  add_text(
      app, "--speed", value::number("N"),
      [&options](const std::string& text) { options.speed = parse_speed("--speed", text); },
      "Divide the retry delays by N; 1 is real time (default: as they were\nfired)");
}

}  // namespace

HistoryReader open_reader(Context& context, const LockWait& wait) {
  return {history_path(context.located_store()), context.clock.now(), wait};
}

std::string require_id(const HistoryReader& history, const std::string& text,
                       const Context& context) {
  const std::string hint = "see the ids with " + context.own_command()("deliveries --limit 0");
  const std::vector<std::string> found =
      text.size() < kShortestPrefix ? std::vector<std::string>() : history.ids(text, 2);
  if (found.size() == 1) return found.front();
  if (found.size() > 1) {
    throw Error(ErrorCode::not_found, "ID: more than one delivery begins with " + in_quotes(text),
                "give more of its characters");
  }
  throw Error(ErrorCode::not_found,
              "ID: expected the id of a delivery, or its first characters (at least 4), got " +
                  in_quotes(text),
              hint);
}

Runner add_deliveries(CLI::App& app) {
  auto options = std::make_shared<DeliveriesOptions>();
  add_text(
      app, "ACTION", value::choice(names_of(kActions)),
      [options](const std::string& text) { options->action = text; },
      "What to do: list deliveries, show one, resend some as new deliveries,\n"
      "resume those whose attempts were cut short, print statistics of each\n"
      "endpoint (stats), prune old ones, or show them in a browser (ui)\n"
      "(default: list)");
  take_any_number(add_texts(
      app, "ID", value::text("ID"),
      [options](const std::string& text) { options->ids.push_back(text); },
      "With show and resend: id of a delivery, or its first characters (at least\n"
      "4), if unique. With ui: the port to listen on; 0 selects a free one\n"
      "(default: 4243)"));
  add_filters(app, *options);
  add_delivering(app, *options);
  begin_group(app, "Prune");
  add_text(
      app, "--older-than", value::duration(),
      [options](const std::string& text) {
        options->older_than = parse_duration("--older-than", text);
      },
      "Remove what was created longer ago, such as 7d; pending deliveries stay")
      ->configurable(false);
  add_number(
      app, "--keep", 0, UINT32_MAX, [options](std::uint64_t keep) { options->keep = keep; },
      "Remove all but the newest N deliveries; pending ones stay")
      ->configurable(false);
  begin_group(app, "Inspector");
  add_ui_host(app, options->ui)->configurable(false);
  begin_group(app, "Output");
  add_number(
      app, "--limit", 0, UINT32_MAX,
      [options](std::uint64_t limit) {
        options->limit = limit;
        options->gives_limit = true;
      },
      "List at most N deliveries, the newest ones; 0: all (default: 20)");
  app.add_flag("--payload", options->payload,
               "With show: print the exact bytes of the payload, and nothing else")
      ->configurable(false);
  app.add_flag("--curl", options->curl,
               "With show: print a curl command that makes the request, signed now")
      ->configurable(false);
  app.add_flag("-v,--verbose", options->verbose,
               "Print the whole request and response of each attempt");
  set_examples(app, {{"List what failed within the last two hours",
                      "slotflow-hooks deliveries --failed --since 2h"},
                     {"Send them again, as new deliveries",
                      "slotflow-hooks deliveries resend --failed --since 2h"}});
  return [options](Context& context) { return run_deliveries(*options, context); };
}

}  // namespace slotflow
