#include "cli/commands/load_options.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <utility>

#include "cli/combination.h"
#include "cli/commands/event_options.h"
#include "cli/options.h"
#include "domain/choices.h"
#include "domain/expected.h"
#include "domain/number.h"
#include "domain/quote.h"
#include "report/load_files.h"

namespace slotflow {

namespace {

// Parses events a second: 500, 0.5, 500/s, 30/m or 100/h.
double parse_rate(const std::string& option, const std::string& text) {
  constexpr double kLeast = 1.0 / 3600;
  constexpr double kMost = 1'000'000;
  std::string_view number = text;
  double seconds = 1;
  if (number.ends_with("/s")) {
    number.remove_suffix(2);
  } else if (number.ends_with("/m")) {
    number.remove_suffix(2);
    seconds = 60;
  } else if (number.ends_with("/h")) {
    number.remove_suffix(2);
    seconds = 3600;
  }
  const auto rate = to_number<double>(number);
  const double per_second = rate ? *rate / seconds : 0;
  if (!rate || !std::isfinite(per_second) || per_second < kLeast || per_second > kMost) {
    throw_expected(option, "events a second from 1/h to 1000000, such as 500, 0.5 or 30/m", text);
  }
  return per_second;
}

LoadExportOption parse_export(const std::string& option, const std::string& text) {
  const std::size_t equals = text.find('=');
  const auto* engine = row_named(kLoadEngines, text.substr(0, equals));
  if (engine == nullptr || equals == std::string::npos || equals + 1 == text.size()) {
    throw_expected(option, "k6=FILE, vegeta=FILE or artillery=FILE", text);
  }
  const std::string file = parse_output_file(option, text.substr(equals + 1));
  const std::string extension = std::filesystem::path(file).extension().string();
  if (engine->engine == LoadEngine::artillery && extension != ".yml" && extension != ".yaml" &&
      extension != ".json") {
    throw_expected(option, "a file whose name ends in .yml, .yaml or .json for Artillery", file);
  }
  return {*engine, file};
}

void add_plan(CLI::App& app, LoadPlan& plan) {
  begin_group(app, "Load");
  add_text(
      app, "--rate", value::number("R"),
      [&plan](const std::string& text) { plan.rate = parse_rate("--rate", text); },
      "Start R events a second, whatever the endpoint does; also 30/m or 100/h");
  add_number(
      app, "--concurrency", 1, 100'000,
      [&plan](std::uint64_t number) { plan.concurrency = number; },
      "Send N events at a time, each after the response to another one;\n"
      "this hides stalls of the endpoint");
  add_text(
      app, "--duration", value::duration(),
      [&plan](const std::string& text) {
        plan.duration = parse_positive_duration("--duration", text);
      },
      "Measure for this long");
  add_number(
      app, "--count", 1, 1'000'000'000, [&plan](std::uint64_t count) { plan.count = count; },
      "Measure this many events");
  add_duration(app, "--ramp", plan.ramp,
               "Let the rate grow evenly from 0 during this time (default: 0s)");
  add_duration(app, "--warmup", plan.warmup, "Send for this long before measuring (default: 0s)");
  add_number(
      app, "--max-in-flight", 1, 1'000'000,
      [&plan](std::uint64_t number) { plan.max_in_flight = number; },
      "Drop events that are due while this many wait for a response\n(default: 10000)");
  app.add_flag(
      "--no-keepalive", [&plan](std::int64_t) { plan.keep_alive = false; },
      "Open a new connection for each event");
}

void add_sending(CLI::App& app, FireOptions& fire) {
  begin_group(app, "Delivery");
  add_text(
      app, "--timeout", value::duration(),
      [&fire](const std::string& text) {
        fire.timeout = parse_positive_duration("--timeout", text);
      },
      "Time limit for one event, from name lookup to the last byte\n(default: 10s)");
  add_tls(app, fire.tls);
  add_headers(app, fire.headers, "Add a header, or replace one that load sends; can be repeated");
}

}  // namespace

void add_load_options(CLI::App& app, LoadOptions& options) {
  add_text(
      app, "EVENT", value::event(),
      [&options](const std::string& text) { options.fire.event = text; },
      "Event to send: confirmed or cancelled, or booking.confirmed or\nbooking.cancelled")
      ->required();
  add_target(app, options.fire, "run load for each event");
  add_plan(app, options.plan);
  add_seed(app, options.fire,
           "Seed of the bookings; the same seed makes the same bookings\n(default: random; the "
           "seed is in the JSON)");
  add_payload(app, options.fire);
  add_sending(app, options.fire);
  begin_group(app, "Report");
  add_texts(
      app, "--gate", value::text("GATE"),
      [&options](const std::string& text) { options.gates.emplace_back("--gate", text); },
      "Exit with 1 unless this holds: 'p99<200ms', 'success>=99.9%', 'rate>=99%',\n"
      "'max<2s', 'errors<5', 'service.p99<50ms'; can be repeated");
  add_text(
      app, "--report", value::file(),
      [&options](const std::string& text) { options.report = parse_output_file("--report", text); },
      "Write a page with charts to FILE, for a browser");
  add_text(
      app, "--results", value::file(),
      [&options](const std::string& text) {
        options.results = parse_output_file("--results", text);
      },
      "Write each event to FILE, as the JSON that vegeta report reads");
  add_text(
      app, "--hdr", value::file(),
      [&options](const std::string& text) { options.hdr = parse_output_file("--hdr", text); },
      "Write the percentiles of the latency to FILE, as HdrHistogram has them");
  app.add_flag("--record", options.records,
               "Keep the events that are measured in the history, for deliveries");
  add_text(
      app, "--export", value::text("FORMAT=FILE"),
      [&options](const std::string& text) { options.exported = parse_export("--export", text); },
      "Send nothing; write the test to FILE for another program:\n"
      "k6=load.js, vegeta=targets.json or artillery=load.yml");
}

void refuse_combinations(const LoadOptions& options) {
  const LoadPlan& plan = options.plan;
  const bool closed = plan.concurrency > 0;
  if (plan.rate && closed) {
    refuse("--rate cannot be combined with --concurrency", {"--rate", "--concurrency"});
  }
  if (!plan.rate && !closed) {
    throw Error(ErrorCode::usage, "load requires --rate or --concurrency",
                "--rate 50 starts 50 events a second");
  }
  if (plan.duration && plan.count) {
    refuse("--duration cannot be combined with --count", {"--duration", "--count"});
  }
  if (!plan.duration && !plan.count) {
    throw Error(ErrorCode::usage, "load requires --duration or --count",
                "--duration 30s measures for 30 seconds");
  }
  if (closed && plan.ramp.count() > 0) {
    refuse("--ramp requires --rate", {"--ramp", "--concurrency"});
  }
  if (!options.report.empty() && !has_load_page()) {
    throw Error(ErrorCode::usage, "--report: this program was built without Chart.js",
                "build it again where libjs-chart.js is installed", "--report");
  }
  if (options.exported && options.records) {
    refuse("--export cannot be combined with --record", {"--export", "--record"});
  }
  const std::array<std::pair<const char*, const std::string*>, 3> files{
      {{"--report", &options.report}, {"--results", &options.results}, {"--hdr", &options.hdr}}};
  std::vector<std::string> names;
  for (const auto& [name, file] : files) {
    if (file->empty()) continue;
    if (options.exported) {
      refuse(std::string("--export cannot be combined with ") + name, {"--export", name});
    }
    if (std::ranges::find(names, *file) != names.end()) {
      refuse("--report, --results and --hdr: expected different files, got " + in_quotes(*file) +
                 " twice",
             {"--report", "--results", "--hdr"});
    }
    names.push_back(*file);
  }
  for (const LoadGate& gate : options.gates) {
    if (closed && gate.needs_rate()) {
      refuse("--gate: a percentage of the rate requires --rate", {"--gate", "--concurrency"});
    }
  }
}

}  // namespace slotflow
