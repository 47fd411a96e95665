#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/load_events.h"
#include "cli/commands/load_export.h"
#include "cli/commands/load_options.h"
#include "cli/commands/load_watch.h"
#include "cli/load_history.h"
#include "cli/load_progress.h"
#include "cli/load_results.h"
#include "cli/report_file.h"
#include "domain/error.h"
#include "domain/number.h"
#include "domain/signing.h"
#include "domain/status_text.h"
#include "load/generator.h"
#include "report/load_files.h"
#include "report/phrases.h"
#include "send/client.h"
#include "send/slotflow_request.h"
#include "system/descriptors.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

// Bytes of a response that are kept: its size is told, and the history has its beginning.
constexpr std::size_t kBodyKept = 1024;
constexpr std::size_t kBodyRecorded = 4096;

// What is sent, and where.
struct LoadTarget {
  std::string event;          // its name
  std::optional<Body> given;  // of --payload
  Lane ones;                  // a delivery for each endpoint, whose body is replaced
  HistoryBatch plan;          // of `ones`
};

LoadTarget find_target(LoadOptions& options, Context& context) {
  LoadTarget target;
  // Also checks all changes to the bookings, with one of them.
  const std::vector<EventMessage> messages = make_messages(options.fire, context);
  target.event = messages.front().name;
  if (options.fire.payload) target.given = messages.front().body;
  for (Lane& lane : make_lanes(options.fire, messages, context)) {
    target.ones.push_back(std::move(lane.front()));
  }
  target.plan =
      history_batch(options.fire, messages, {target.ones}, {.delays = {}}, context.clock.now());
  return target;
}

// Fewer connections than asked for can be open at once.
std::string limit_in_flight(LoadPlan& plan) {
  const std::size_t most = spare_connections();
  plan.max_connections = most;
  const std::size_t wanted = plan.is_open() ? plan.max_in_flight : plan.concurrency;
  if (most >= wanted) return "";
  std::string limit = "at most " + counted(most, "connection", "connections") +
                      " can be open at once: " + kMoreDescriptors;
  if (plan.is_open()) {
    plan.max_in_flight = most;
    return limit;
  }
  plan.concurrency = most;
  return limit + "; --concurrency was lowered to that";
}

LoadRate rate_of(const LoadGenerator& generator, const LoadPlan& plan) {
  using Seconds = std::chrono::duration<double>;
  LoadRate rate;
  rate.asked = plan.rate;
  const std::chrono::nanoseconds elapsed = generator.elapsed();
  if (elapsed.count() <= 0) return rate;
  rate.reached = static_cast<double>(generator.figures().started()) / Seconds(elapsed).count();
  if (plan.is_open() && plan.ramp > plan.warmup) rate.asked = mean_rate(plan, elapsed);
  return rate;
}

std::vector<std::string> warnings_of(const LoadGenerator& generator, const LoadReport& report,
                                     const std::string& limit) {
  const LoadFigures& figures = *report.figures;
  std::vector<std::string> warnings;
  if (figures.start_delay().percentile(99) > kLateStart) {
    warnings.push_back(counted(figures.late(), "event", "events") + " started more than " +
                       load_time_text(kLateStart) +
                       " after they were due: this machine is too busy, and the latency is partly "
                       "its own");
  }
  if (!generator.shortage().empty()) {
    warnings.push_back("some events were not sent: " + generator.shortage());
  } else if (figures.dropped() > 0) {
    warnings.push_back(counted(figures.dropped(), "event was", "events were") +
                       " not sent, because " + std::to_string(report.plan.max_in_flight) +
                       " were waiting for a response (--max-in-flight)");
  }
  if (!limit.empty() && (figures.dropped() > 0 || !report.plan.is_open())) {
    warnings.push_back(limit);
  }
  return warnings;
}

int exit_code_of(const LoadReport& report, const Context& context) {
  if (context.world.interrupt.triggered()) return exit_code::kInterrupted;
  const bool all_met = std::ranges::all_of(report.gates, &LoadGateResult::met);
  const bool none_succeeded = report.figures->succeeded() == 0;
  return all_met && !none_succeeded ? exit_code::kYes : exit_code::kNo;
}

// The files that options name and the history, opened before anything is sent.
struct LoadFiles {
  LoadFiles(const LoadOptions& options, const LoadTarget& target, Context& context) {
    const Interrupt& interrupt = context.world.interrupt;
    if (!options.report.empty()) report.emplace("--report", options.report, interrupt);
    if (!options.hdr.empty()) hdr.emplace("--hdr", options.hdr, interrupt);
    if (!options.results.empty()) results.emplace(options.results, interrupt);
    if (options.records) {
      history.emplace(context, target.plan, target.ones, options.plan.keep_alive);
    }
  }

  // Waits for what is written while events are sent. Returns what is missing in it, for people.
  std::vector<std::string> finish() {
    std::vector<std::string> missing;
    if (results) missing.push_back(results->finish());
    if (history) missing.push_back(history->finish());
    std::erase(missing, "");
    return missing;
  }

  std::optional<ReportFile> report;
  std::optional<ReportFile> hdr;
  std::optional<LoadResults> results;
  std::optional<LoadHistory> history;
};

// Of a longer body, only the beginning is kept.
std::size_t body_size(const Response& response) {
  const auto length = find_header(response.headers, "Content-Length");
  const auto size = response.cut && length ? to_number<std::size_t>(*length) : std::nullopt;
  return size.value_or(response.body.size());
}

LoadResult result_of(const LoadSample& sample, const Request& request,
                     const std::shared_ptr<const std::string>& url) {
  LoadResult result;
  result.due = sample.due;
  result.latency = sample.latency();
  result.bytes_out = request.body.size();
  result.url = url;
  if (const Response* response = sample.reply->response()) {
    result.status = response->status;
    result.bytes_in = body_size(*response);
    if (!is_success(response->status)) result.error = status_text(response->status);
  } else {
    const Failure* failure = sample.reply->failure();
    result.error = std::string(to_string(failure->kind));
    if (!failure->detail.empty()) result.error += ": " + failure->detail;
  }
  return result;
}

LoadCalls calls_of(const LoadTarget& target, LoadEvents& events, LoadFiles& files,
                   const Clock& clock) {
  LoadCalls calls;
  const std::size_t body_kept = files.history ? kBodyRecorded : kBodyKept;
  calls.make_request = [&target, &clock, body_kept](std::size_t endpoint) {
    const Delivery& one = target.ones[endpoint];
    Request request = signed_request(one, clock.now());
    request.whole_response = true;
    request.max_response_body = body_kept;
    return request;
  };
  calls.next_event = [&target, &events, &clock](std::size_t endpoint, Request& request) {
    const Delivery& one = target.ones[endpoint];
    const Timestamp now = clock.now();
    SignedMessage message = sign_message(one.signing, events.next(now), now);
    request.body = std::move(message.body);
    if (message.signature) {
      replace_signature(request.headers, one.request.headers, std::move(*message.signature));
    }
  };
  if (!files.results && !files.history) return calls;
  std::vector<std::shared_ptr<const std::string>> urls;
  for (const Delivery& one : target.ones) {
    urls.push_back(std::make_shared<const std::string>(one.request.url.to_string()));
  }
  calls.on_sample = [&files, urls](const LoadSample& sample, const Request& request,
                                   std::size_t endpoint) {
    if (files.results) files.results->add(result_of(sample, request, urls[endpoint]));
    if (files.history) files.history->add(sample, request, endpoint);
  };
  return calls;
}

LoadReport report_of(const LoadOptions& options, const LoadTarget& target,
                     const LoadGenerator& generator, std::uint64_t seed) {
  LoadReport report;
  report.event = target.event;
  for (const Delivery& one : target.ones) report.urls.push_back(one.request.url.to_string());
  report.plan = options.plan;
  report.timeout = options.fire.timeout;
  if (!options.fire.payload) report.seed = seed;
  report.elapsed = generator.elapsed();
  report.figures = &generator.figures();
  report.rate = rate_of(generator, options.plan);
  for (const LoadGate& gate : options.gates) {
    report.gates.push_back(gate.judge(generator.figures(), report.rate));
  }
  return report;
}

// One that cannot be written keeps nothing from the others. Throws the first error.
void write_files(LoadFiles& files, const LoadReport& report, Timestamp began,
                 const Interrupt& interrupt) {
  std::exception_ptr error;
  const auto write = [&](std::optional<ReportFile>& file, const std::string& text) {
    try {
      if (file) file->write(text, interrupt);
    } catch (const Error&) {
      if (!error) error = std::current_exception();
    }
  };
  if (files.report) write(files.report, html_of(report, began));
  write(files.hdr, hdr_text(report.figures->latency()));
  if (error) std::rethrow_exception(error);
  if (files.results) files.results->expect_written();
}

int run_load(LoadOptions& options, Context& context) {
  const Event event = parse_event("EVENT", options.fire.event);
  refuse_combinations(options);
  refuse_combinations(options.fire, false);
  read_metadata_files(options.fire, context);
  const std::uint64_t seed = options.fire.seed.value_or(new_seed());
  const LoadTarget target = find_target(options, context);
  LoadEvents events(options.fire, event, seed, target.given);
  if (options.exported) {
    export_load(options, target.ones, events, context);
    return exit_code::kYes;
  }
  raise_open_file_limit();
  Interrupt give_up;  // ends what is in flight, too
  const auto signals = context.catch_signals();
  signals->on_second([&give_up] { give_up.trigger(); });
  LoadFiles files(options, target, context);
  const std::string limit = limit_in_flight(options.plan);

  EventLoop loop(give_up);
  Client client(loop, options.fire.tls);
  const Timestamp began = context.clock.now() + options.plan.warmup;
  if (files.results) files.results->begin(began);
  if (files.history) files.history->begin(began);
  LoadGenerator generator(loop, client, options.plan, target.ones.size(),
                          calls_of(target, events, files, context.clock), context.world.interrupt);
  LoadProgress progress(context);
  loop.run(run_watched(loop, generator, options.plan, progress, context.world.interrupt));
  progress.finish();

  LoadReport report = report_of(options, target, generator, seed);
  report.warnings = warnings_of(generator, report, limit);
  for (std::string& missing : files.finish()) report.warnings.push_back(std::move(missing));
  context.output.show(report);
  write_files(files, report, began, context.world.interrupt);
  return exit_code_of(report, context);
}

}  // namespace

Runner add_load(CLI::App& app) {
  auto options = std::make_shared<LoadOptions>();
  add_load_options(app, *options);
  set_examples(app,
               {{"Send 100 events a second for half a minute",
                 "slotflow-hooks load confirmed localhost:3000 \\\n  --rate 100 --duration 30s"},
                {"Fail in CI unless the handler is quick and succeeds",
                 "slotflow-hooks load confirmed localhost:3000 \\\n"
                 "  --rate 50 --duration 10s \\\n"
                 "  --gate 'p99<200ms' --gate 'success>=99.9%'"}});
  return [options](Context& context) { return run_load(*options, context); };
}

}  // namespace slotflow
