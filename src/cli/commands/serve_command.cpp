#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "api/emulator.h"
#include "cli/api_key.h"
#include "cli/combination.h"
#include "cli/commands/commands.h"
#include "cli/history_inspector.h"
#include "cli/listen_host.h"
#include "cli/options.h"
#include "cli/serve_output.h"
#include "cli/served_events.h"
#include "cli/wait_for_end.h"
#include "domain/error.h"
#include "domain/quote.h"
#include "domain/retry_policy.h"
#include "domain/url.h"
#include "report/phrases.h"
#include "report/serving.h"
#include "store/history_file.h"
#include "store/organisation.h"
#include "system/descriptors.h"
#include "system/entropy.h"
#include "system/temporary_folder.h"
#include "web/http_server.h"

namespace slotflow {

namespace {

struct ServeOptions {
  std::string host = "127.0.0.1";
  int port = 4010;
  ApiKeyOption key;
  bool ephemeral = false;
  std::optional<std::string> state;  // path of the database
  std::optional<std::string> load;   // path of a file
  bool no_limits = false;
  EmulatorOptions emulator;
  std::optional<std::uint64_t> seed;
  RetryPolicy retry;
  UiOptions ui;
};

// The store that the API works on, and the database beside it.
class ServedStore {
 public:
  ServedStore(const ServeOptions& options, Context& context, PendingWarnings& warnings,
              const Organisation::NewId& new_id) {
    if (options.ephemeral) folder_.emplace(temporary_files(context.world), "serve");
    const std::string path = folder_ ? folder_->file("store.json") : context.registry().path();
    LockWait wait;
    wait.pause = [&context](Duration d) { return context.world.interrupt.wait(d); };
    wait.warn = [&warnings](const std::string& text) { warnings.add(text); };
    registry_.emplace(path, wait, folder_ ? OwnCommand(path) : context.own_command());
    registry_->read();  // a store that cannot be read is an error now, not at the first call
    const ZoneFiles zones;
    zones.require();
    database_ = options.state.value_or(history_path(path));
    organisation_.emplace(database_, context.clock.now(), wait, zones, new_id, lasting());
  }

  Registry& registry() { return *registry_; }
  Organisation& organisation() { return *organisation_; }
  const std::string& database() const { return database_; }
  Lasting lasting() const { return folder_ ? Lasting::process : Lasting::power_cut; }

 private:
  std::optional<TemporaryFolder> folder_;
  std::optional<Registry> registry_;
  std::string database_;
  std::optional<Organisation> organisation_;
};

void settle_serve_seed(ServeOptions& options, const Context& context) {
  const bool is_random = std::ranges::any_of(
      options.emulator.faults, [](const ApiFault& fault) { return fault.probability < 1; });
  if (options.seed) {
    options.emulator.seed = *options.seed;
    return;
  }
  options.emulator.seed = new_seed();
  if (!is_random) return;
  const std::string seed = std::to_string(options.emulator.seed);
  context.notice("seed " + seed + " (repeat these failures with --seed " + seed + ")");
}

// What a store has is not replaced by what is in a file: that is asked for by a call.
void load_state(const std::string& file, std::optional<std::uint64_t> seed,
                EmulatorOptions& emulator, ApiResources& resources, const Context& context) {
  const std::string text = context.read_bytes("--load", file);
  try {
    const Plan plan = *emulator.initial.plan;
    // Ids of their own: those of the API are the same at the start and after a reset.
    IdSource ids(seed ? std::optional(*seed ^ 1U) : std::nullopt);
    emulator.initial = parse_state(text, ids, resources.clock.now());
    if (!emulator.initial.plan) emulator.initial.plan = plan;
  } catch (const Error& error) {
    throw Error(ErrorCode::usage, "--load: " + in_quotes(file) + ": " + error.what(), error.hint());
  }
  const ApiState now = state_of(resources);
  if (now.is_empty()) return set_state(resources, emulator.initial);
  context.notice(in_quotes(file) + " is not loaded, as there are " +
                 counted(now.webhooks.size(), "webhook", "webhooks") + ", " +
                 counted(now.organisation.humans.size(), "person", "people") + " and " +
                 counted(now.organisation.bookings.size(), "booking", "bookings") +
                 " already: POST /_emulator/reset replaces them");
}

void tell_pending(std::size_t pending, const ServeOptions& options, const Context& context) {
  const std::string makers =
      options.state
          ? "'" + context.own_command()("serve --state " + file_argument(*options.state)) + "'"
          : "the next serve, or by '" + context.own_command()("deliveries resume") + "'";
  context.notice(counted(pending, "delivery is", "deliveries are") + " pending: made by " + makers);
}

std::string base_url(const std::string& host, int port) {
  Url url;
  url.host = host;
  url.port = port;
  std::string text = url.to_string();
  text.pop_back();  // SDKs append paths that begin with a slash
  return text;
}

// Shows the deliveries of `serve`.
std::unique_ptr<HistoryInspector> inspector_of(const ServeOptions& options, ServedStore& store,
                                               const std::string& url, EmulatedClock& clock,
                                               PendingWarnings& warnings, Context& context) {
  if (!options.ui.port) return nullptr;
  InspectorOptions inspector = inspector_options(options.ui, context);
  inspector.mode = InspectorMode::serve;
  inspector.url = url;
  InspectedHistory history;
  history.recorder.path = store.database();
  history.recorder.lasting = store.lasting();
  history.recorder.warn = [&warnings](const std::string& text) { warnings.add(text); };
  history.unkept = [&store] { return Unkept{store.registry().read().webhooks}; };
  return std::make_unique<HistoryInspector>(std::move(inspector), std::move(history), context,
                                            clock);
}

int run_serve(ServeOptions& options, Context& context) {
  settle_serve_seed(options, context);
  options.emulator.key = options.key.read(context);
  const auto signals = context.catch_signals();
  raise_open_file_limit();
  PendingWarnings warnings(context);
  IdSource ids(options.seed);
  const auto new_id = [&ids] { return ids.uuid(); };
  // Of their own, so that the ids of the API begin again with a reset: the history keeps these.
  IdSource delivery_ids(options.seed ? std::optional(~*options.seed) : std::nullopt);
  ServedStore store(options, context, warnings, new_id);
  EmulatedClock clock;
  ServeOutput output(context, warnings);
  ServedEvents events(context, store.registry(), clock, output, warnings,
                      {store.database(), store.lasting(), options.retry,
                       [&delivery_ids] { return delivery_ids.uuid(); }});
  ApiResources resources{
      store.registry(),  store.organisation(), events.events(), events.deliveries(), clock, ids,
      !options.no_limits};
  options.emulator.initial.plan = store.registry().read().plan;
  options.emulator.only_local = is_loopback(options.host);
  std::optional<Emulator> emulator;
  HttpServer server(options.host, options.port,
                    [&](WebRequest request) { return emulator->respond(std::move(request)); });
  // A start that fails has changed nothing.
  if (options.load) load_state(*options.load, options.seed, options.emulator, resources, context);
  emulator.emplace(options.emulator, resources, [&](const ApiCall& call) { output.called(call); });
  if (options.no_limits) {
    context.notice("no limit of a plan holds (--no-limits); Slotflow would refuse what is over it");
  }
  Serving serving{base_url(options.host, server.port()), server.port(), store.registry().path()};
  const auto inspector = inspector_of(options, store, serving.url, clock, warnings, context);
  if (inspector) serving.ui = inspector->url();
  context.output.show(serving);
  if (const std::size_t resumed = events.resume(); resumed > 0) {
    context.notice("resuming " + counted(resumed, "delivery", "deliveries"));
  }
  server.start();
  if (inspector) inspector->start();
  if (wait_for_end(warnings, context.world, server.ended_fd())) {
    throw Error(ErrorCode::io_error, "cannot accept connections any longer");
  }
  events.deliveries().begin_stop();
  server.stop();
  if (inspector) inspector->stop();
  if (context.world.patience != nullptr) context.world.patience->hurry();
  const std::size_t pending = events.finish();
  output.close();
  ServeSummary summary{emulator->counts(), output.deliveries()};
  summary.not_shown = output.not_shown();
  summary.seed = options.emulator.seed;
  context.output.show(summary);
  warnings.show_all();
  if (pending > 0 && !options.ephemeral) tell_pending(pending, options, context);
  return exit_code::kYes;
}

void add_address_of_api(CLI::App& app, ServeOptions& options) {
  begin_group(app, "Address");
  add_text(
      app, "--host", value::text("HOST"),
      [&options](const std::string& text) { options.host = parse_listen_host("--host", text); },
      "Address to listen on (default: 127.0.0.1, reachable from this machine\n"
      "only)");
  add_number(
      app, "--port", 0, 65535,
      [&options](std::uint64_t port) { options.port = static_cast<int>(port); },
      "Port to listen on; 0 selects a free one (default: 4010)");
  add_api_key_file(app, options.key,
                   "Accept only the API key in FILE ('-': standard input)\n"
                   "(default: $" +
                       std::string(kApiKeyVariable) + ", or any that begins with sk_live_)");
}

void add_delivery_of_events(CLI::App& app, ServeOptions& options) {
  begin_group(app, "Delivery of events");
  add_text(
      app, "--speed", value::number("N"),
      [&options](const std::string& text) {
        options.retry.speed = parse_speed("--speed", text);
        refuse_too_long(options.retry);
      },
      "Divide the retry delays (5m, 60m) by N; 1 is real time (default: 300)");
}

void add_simulation(CLI::App& app, ServeOptions& options) {
  begin_group(app, "Failures");
  add_texts(
      app, "--fail", value::text("SPEC"),
      [&options](const std::string& text) {
        options.emulator.faults.push_back(parse_api_fault("--fail", text, api_route_names()));
      },
      "Simulate failures: 'ROUTE WHAT', such as 'POST /v1/bookings 500*2'; WHAT is\n"
      "a status, timeout, reset, commit-then-500 or commit-then-reset; *N: the\n"
      "next N calls only; @P: with this probability; can be repeated");
  add_number(
      app, "--seed", 0, UINT64_MAX, [&options](std::uint64_t seed) { options.seed = seed; },
      "Seed of the random failures, and of ids and secrets (default: random; the\n"
      "seed of failures is printed)");
  add_duration(app, "--latency", options.emulator.latency,
               "Delay each response by this time (default: 0)");
}

}  // namespace

Runner add_serve(CLI::App& app) {
  auto options = std::make_shared<ServeOptions>();
  add_address_of_api(app, *options);
  begin_group(app, "State");
  app.add_flag("--ephemeral", options->ephemeral,
               "Use an empty store, which is removed at the end");
  add_text(
      app, "--state", value::file(), [options](const std::string& text) { options->state = text; },
      "Keep people, bookings and deliveries in the database FILE (default: the\n"
      "one beside the store, which 'slotflow-hooks deliveries' reads)");
  add_text(
      app, "--load", value::file_or_input(),
      [options](const std::string& text) { options->load = text; },
      "Begin with the webhooks, people and bookings in the JSON FILE, if there are\n"
      "none yet; POST /_emulator/reset goes back to them");
  app.add_flag("--no-limits", options->no_limits,
               "Do not limit webhooks, people and bookings as the plan does");
  add_delivery_of_events(app, *options);
  add_simulation(app, *options);
  add_ui_options(app, options->ui);
  set_examples(app, {{"Serve the API on a free port, with an empty store",
                      "slotflow-hooks serve --ephemeral --port 0"},
                     {"Let one call in ten fail with 503",
                      "slotflow-hooks serve --fail '* 503@0.1' --seed 7"}});
  return [options](Context& context) {
    check_ui_options(options->ui);
    if (options->ephemeral && context.options.store_is_for_this_call) {
      refuse("--ephemeral cannot be combined with --store", {"--ephemeral", "--store"});
    }
    if (options->ephemeral && options->state) {
      refuse("--ephemeral cannot be combined with --state", {"--ephemeral", "--state"});
    }
    return run_serve(*options, context);
  };
}

}  // namespace slotflow
