#include <algorithm>
#include <optional>
#include <utility>

#include "cli/api_option.h"
#include "cli/combination.h"
#include "cli/commands/commands.h"
#include "cli/options.h"
#include "cli/report_file.h"
#include "cli/secrets.h"
#include "conformance/check_runner.h"
#include "conformance/reach.h"
#include "conformance/redaction.h"
#include "conformance/suite.h"
#include "domain/error.h"
#include "domain/quote.h"
#include "domain/signature.h"
#include "domain/text.h"
#include "report/checks.h"
#include "report/curl_command.h"
#include "report/junit.h"
#include "report/phrases.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

struct CheckOptions {
  Subject subject;
  bool has_url = false;
  SecretOptions secret;
  std::string webhook;
  ApiOption api;
  std::vector<std::string> only;
  std::vector<std::string> skip;
  bool list = false;
  std::string explain;
  bool strict = false;
  bool tap = false;
  std::string junit;
  bool verbose = false;
  std::optional<std::uint64_t> seed;
  std::optional<Duration> wait;
};

constexpr const char* kRestSkipped = ", so the remaining checks were skipped";

// The results so far, each of which is shown at once.
class Findings {
 public:
  Findings(const CheckOptions& options, std::optional<ReportFile>& junit, Context& context,
           std::size_t planned)
      : options_(options),
        junit_(junit),
        context_(context),
        planned_(planned),
        tap_(context.world.out, Format::tap),
        output_(options.tap ? tap_ : context.output) {
    output_.show(CheckPlan{planned});
  }

  // Reports the result. Returns false if nobody reads the others: the reader has left, as `head`
  // does.
  bool add(const Check& check, const Finding& finding) {
    CheckReport report = report_of(check, finding);
    summary_.count(report);
    if (detail() != CheckDetail::list) show(report);
    reports_.push_back(std::move(report));
    return context_.world.out.good() || junit_.has_value();
  }

  // Reports that no check could run.
  void give_up(const std::string& why) {
    output_.show(CheckAbort{why});
    if (junit_) write_junit(why);
  }

  // Reports the end and returns the exit code. `lost` is why the remaining checks were skipped.
  int finish(const Reply& baseline, const std::optional<std::string>& lost) {
    const bool interrupted = context_.world.interrupt.triggered();
    show_pending(lost);
    summary_.unfinished = planned_ - reports_.size();
    if (!interrupted && summary_.unfinished > 0) return exit_code::kReaderLeft;
    const std::string trouble =
        interrupted ? "interrupted before all checks were run" : trouble_with(baseline);
    const std::string reason = trouble.empty() ? reason_of_failure(lost) : trouble;
    output_.show(CheckResults{summary_, reports_, trouble, reason, detail()});
    if (detail() == CheckDetail::reasons && std::ranges::any_of(reports_, has_command)) {
      context_.notice("-v prints commands that reproduce the failures");
    }
    if (junit_) write_junit(trouble);
    if (interrupted) {
      context_.notice(trouble);
      return exit_code::kInterrupted;
    }
    if (lost) context_.warning(*lost);
    if (!options_.subject.secret && baseline.delivered()) {
      context_.warning(
          "the handler accepts unsigned events: anyone who knows its URL can send them");
    }
    if (!trouble.empty()) context_.warning(trouble);
    return reason.empty() ? exit_code::kYes : exit_code::kNo;
  }

 private:
  static bool has_command(const CheckReport& report) { return report.curl.has_value(); }

  // JSON and TAP have everything, for programs.
  CheckDetail detail() const {
    if (options_.tap || context_.options.json || options_.verbose) return CheckDetail::commands;
    return context_.options.quiet ? CheckDetail::list : CheckDetail::reasons;
  }

  // As text, skipped checks wait for the next other one: all of the rest is one line.
  void show(const CheckReport& report) {
    const bool is_text = !options_.tap && !context_.options.json;
    if (is_text && report.verdict == CheckVerdict::skipped) {
      pending_.push_back(report);
      return;
    }
    show_pending(std::nullopt);
    output_.show(report);
  }

  void show_pending(const std::optional<std::string>& lost) {
    CheckRest rest;
    for (const CheckReport& report : std::exchange(pending_, {})) {
      if (report.observed != lost) {
        output_.show(report);
      } else {
        ++rest.checks;
        rest.reason = report.observed;
      }
    }
    if (rest.checks > 0) output_.show(rest);
  }

  CheckReport report_of(const Check& check, const Finding& finding) const {
    const Subject& subject = options_.subject;
    CheckReport report{.info = finding.info.value_or(check.info),
                       .number = reports_.size() + 1,
                       .verdict = finding.verdict,
                       .expected = finding.expected,
                       .duration = finding.duration};
    report.observed = without_secrets(finding.observed, subject, finding.evidence.requests);
    report.counts = options_.strict || report.info.level == Level::must;
    if (finding.verdict != CheckVerdict::failed) return report;
    report.remedy = finding.remedy.empty() ? check.info.remedy : finding.remedy;
    if (!finding.also.empty()) report.remedy += ". " + finding.also;
    report.curl = curl_commands(finding.evidence, {subject.tls, subject.headers});
    return report;
  }

  // Returns how many checks failed the run, and `lost`; empty if none did.
  std::string reason_of_failure(const std::optional<std::string>& lost) const {
    const auto failed = std::ranges::count_if(reports_, &CheckReport::is_failure);
    if (failed == 0) return "";
    return counted(static_cast<std::uint64_t>(failed), "check", "checks") + " failed" +
           (lost ? "; " + *lost + kRestSkipped : "");
  }

  // Returns a failure that none of the checks reports; empty if there is none.
  std::string trouble_with(const Reply& baseline) const {
    if (baseline.delivered() || summary_.failed_must > 0) return "";
    const bool no_secret = !options_.subject.secret && looks_like_a_signature_matter(baseline);
    return std::string("the handler did not accept ") + (no_secret ? "unsigned" : "valid") +
           " events (" + describe(baseline, options_.subject.timeout) + ")" +
           (no_secret ? ": give --secret" : "") + ". The results of this run mean little";
  }

  void write_junit(const std::string& trouble) const {
    junit_->write(junit_xml(reports_, context_.clock.now(), trouble), context_.world.interrupt);
  }

  const CheckOptions& options_;
  std::optional<ReportFile>& junit_;  // of --junit
  Context& context_;
  std::size_t planned_;
  Output tap_;
  Output& output_;  // tap_ or the context's
  CheckSummary summary_;
  std::vector<CheckReport> reports_;
  std::vector<CheckReport> pending_;  // skipped, and not shown yet
};

// Finds the secret, and the URL if only --webhook is given.
void find_secret(CheckOptions& options, Context& context) {
  Subject& subject = options.subject;
  if (!options.webhook.empty()) {
    refuse_webhook_with(options.secret);
    const auto webhooks = webhooks_of(options.api, context)->list();
    const Webhook& webhook =
        find_webhook("--webhook", webhooks, options.webhook, own_command(options.api, context));
    subject.secret = webhook.signing_secret;
    if (!options.has_url) subject.url = parse_url("--webhook", webhook.url);
    return;
  }
  subject.secret = options.secret.read(context);
  if (subject.secret) return;
  const auto webhooks = readable_webhooks(context);
  if (const Webhook* webhook = find_active(webhooks, subject.url)) {
    context.notice("events are signed with the secret of " + webhook->id +
                   ", which is registered with this URL");
    subject.secret = webhook->signing_secret;
    return;
  }
  context.notice(
      "events are not signed, and the signature checks are skipped, because there is no --secret");
}

int run_catalogue(const std::vector<const Check*>& checks, Context& context) {
  std::vector<CheckInfo> infos;
  for (const Check* check : checks) infos.push_back(check->info);
  context.output.show(CheckCatalogue{infos});
  return exit_code::kYes;
}

// Also writes the error into the reports: that of an earlier run would look like one of this run.
Reply reach_or_report(const CheckOptions& options, BlockingClient& client, Context& context,
                      std::uint64_t seed, LeakWatch& leaks, Findings& findings) {
  try {
    if (options.wait) {
      await_handler(options.subject, context.clock, context.world.interrupt, *options.wait);
    }
    return reach(options.subject, client, context.clock, context.world.interrupt, seed, leaks);
  } catch (const Error& error) {
    findings.give_up(error.what());
    throw;
  }
}

// Most checks send several events, one after the other.
void warn_of_long_run(const Reply& baseline, std::size_t checks, const Context& context) {
  constexpr auto kSlow = std::chrono::seconds(1);
  constexpr std::size_t kMany = 10;
  if (!baseline.delivered() || baseline.duration < kSlow || checks < kMany) return;
  context.notice("this can take minutes, because the first response took " +
                 elapsed_text(baseline.duration) + " (select checks with --only)");
}

// The checks set these headers themselves.
void require_no_own_headers(const std::vector<Header>& headers) {
  for (const std::string_view own : {kSignatureHeader, std::string_view("Content-Type")}) {
    if (find_header(headers, own)) {
      throw Error(ErrorCode::usage,
                  "--header: " + std::string(own) + " cannot be set, because the checks change it",
                  "", "--header");
    }
  }
}

int run_explain(const CheckOptions& options, Context& context) {
  if (options.has_url || options.list || options.tap || !options.junit.empty() ||
      !options.only.empty() || !options.skip.empty()) {
    refuse("--explain cannot be combined with URL, --only, --skip, --list, --junit or --tap",
           {"--explain", "--only", "--skip", "--list", "--junit", "--tap"});
  }
  context.output.show(find_check("--explain", options.explain).info);
  return exit_code::kYes;
}

int run_check(CheckOptions& options, Context& context) {
  if (!options.explain.empty()) return run_explain(options, context);
  const auto checks = select_checks(options.only, options.skip);
  if (checks.empty()) {
    throw Error(ErrorCode::usage, "--only and --skip leave no check to run", "",
                Error::Subjects{"--only", "--skip"});
  }
  if (options.list) {
    if (!options.junit.empty() || options.tap) {
      refuse("--list cannot be combined with --junit or --tap", {"--list", "--junit", "--tap"});
    }
    return run_catalogue(checks, context);
  }
  require_webhook_for(options.api, !options.webhook.empty());
  if (!options.has_url && options.webhook.empty()) {
    throw Error(ErrorCode::usage, "check requires URL or --webhook",
                "see slotflow-hooks check --help");
  }
  if (options.tap && context.options.json) {
    refuse("--tap cannot be combined with --json", {"--tap", "--json"});
  }
  if (options.verbose && context.options.quiet) {
    refuse("--verbose cannot be combined with --quiet", {"--verbose", "--quiet"});
  }
  require_no_own_headers(options.subject.headers);
  find_secret(options, context);
  const std::uint64_t seed = options.seed.value_or(new_seed());
  if (!options.seed) {
    context.notice("these bookings can be repeated with --seed " + std::to_string(seed));
  }
  // A signal must be able to end the wait for a FIFO, which --cacert and --junit may be.
  BlockingClient client(options.subject.tls, context.world.interrupt);
  std::optional<ReportFile> junit;
  if (!options.junit.empty()) junit.emplace("--junit", options.junit, context.world.interrupt);
  const auto signals = context.catch_signals();
  Findings findings(options, junit, context, checks.size());
  LeakWatch leaks(options.subject.secret);
  const Reply baseline = reach_or_report(options, client, context, seed, leaks, findings);
  warn_of_long_run(baseline, checks.size(), context);
  const auto lost = run_checks(
      checks, options.subject, client, context.clock, seed, baseline, context.world.interrupt,
      leaks,
      [&](const Check& check, const Finding& finding) { return findings.add(check, finding); });
  return findings.finish(baseline, lost);
}

void add_names(CLI::App& app, const std::string& option, std::vector<std::string>& names,
               const std::string& help) {
  add_texts(
      app, option, value::checks(),
      [&names](const std::string& text) {
        for (const std::string_view name : split(text, ',')) names.emplace_back(trimmed(name));
      },
      help);
}

void add_reach(CLI::App& app, CheckOptions& options) {
  begin_group(app, "Delivery");
  Subject& subject = options.subject;
  add_text(
      app, "--timeout", value::duration(),
      [&subject](const std::string& text) {
        subject.timeout = parse_positive_duration("--timeout", text);
      },
      "Time limit for each delivery (default: 10s)");
  add_text(
      app, "--wait", value::duration(),
      [&options](const std::string& text) { options.wait = parse_duration("--wait", text); },
      "First wait until the handler accepts connections, at most for this time");
  add_tls(app, subject.tls);
  add_headers(app, subject.headers, "Add a header to each delivery; can be repeated");
}

}  // namespace

Runner add_check(CLI::App& app) {
  auto options = std::make_shared<CheckOptions>();
  begin_group(app, "Target");
  add_text(
      app, "URL", value::url(),
      [options](const std::string& text) {
        options->subject.url = parse_url("URL", text);
        options->has_url = true;
      },
      "URL of the handler, such as http://localhost:3000/webhooks/slotflow");
  add_secret(app, options->secret, "Secret that the handler verifies with");
  add_text(
      app, "--webhook", value::webhook(),
      [options](const std::string& text) { options->webhook = text; },
      "Use the secret of this registered webhook, given by id or URL, and its\nURL if no other is "
      "given");
  add_api_for_webhook(app, options->api);
  begin_group(app, "Selection");
  add_names(app, "--only", options->only, "Run only these checks or sections; can be repeated");
  add_names(app, "--skip", options->skip, "Skip these checks or sections; can be repeated");
  // In the config file they would make every run check nothing, and succeed.
  app.add_flag("--list", options->list, "Print the checks without running them")
      ->configurable(false);
  add_text(
      app, "--explain", value::check(),
      [options](const std::string& text) { options->explain = text; },
      "Print the rule and the remedy of one check, given by its id");
  add_reach(app, *options);
  add_number(
      app, "--seed", 0, UINT64_MAX, [options](std::uint64_t seed) { options->seed = seed; },
      "Seed of the bookings: the same seed makes the same ones (default: random;\nthe seed is "
      "printed)");
  begin_group(app, "Result");
  app.add_flag("--strict", options->strict, "Let failed \"should\" checks set exit status 1, too");
  add_text(
      app, "--junit", value::file(),
      [options](const std::string& text) {
        if (text == "-") {
          throw Error(ErrorCode::usage,
                      "--junit: expected a file, got '-': standard output already has the results");
        }
        options->junit = text;
      },
      "Also write the results to FILE as JUnit XML");
  app.add_flag("-v,--verbose", options->verbose, "Also print commands that reproduce the failures");
  app.add_flag("--tap", options->tap, "Print the results as TAP, for prove");
  set_examples(app, {{"Test a handler",
                      "slotflow-hooks check \\\n  http://localhost:3000/webhooks/slotflow \\\n"
                      "  --secret-file secret.txt"},
                     {"Print the rule of a check, and how to fix a handler",
                      "slotflow-hooks check --explain signature.raw-body"}});
  return [options](Context& context) { return run_check(*options, context); };
}

}  // namespace slotflow
