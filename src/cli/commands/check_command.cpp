#include <cerrno>
#include <cstring>
#include <fstream>

#include "cli/commands/commands.h"
#include "cli/options.h"
#include "conformance/course.h"
#include "conformance/reach.h"
#include "conformance/suite.h"
#include "domain/error.h"
#include "domain/quote.h"
#include "domain/signature.h"
#include "domain/text.h"
#include "report/curl_command.h"
#include "report/junit.h"
#include "report/phrases.h"
#include "report/tap.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

struct CheckOptions {
  Subject subject;
  bool has_url = false;
  SecretOptions secret;
  std::string webhook;
  std::vector<std::string> only;
  std::vector<std::string> skip;
  bool list = false;
  bool strict = false;
  bool tap = false;
  std::string junit;
  std::optional<std::uint64_t> seed;
};

// A handler may send back, in a Location say, what it was sent or what it knows.
std::string without_secrets(std::string text, const Subject& subject) {
  constexpr std::size_t kLeast = 4;  // bytes: less stands there by chance
  const auto hide = [&text](std::string_view value, const std::string& name) {
    if (value.size() < kLeast) return;
    for (auto at = text.find(value); at != std::string::npos;
         at = text.find(value, at + name.size())) {
      text.replace(at, value.size(), name);
    }
  };
  if (subject.secret) {
    hide(*subject.secret, "<the secret>");
    if (subject.secret->starts_with(kSecretPrefix)) {
      hide(subject.secret->substr(kSecretPrefix.size()), "<the secret>");
    }
  }
  for (const Header& header : subject.headers) {
    const std::string name = "<the value of " + header.name + ">";
    hide(header.value, name);
    // "Bearer abc": what counts is its last word.
    const std::string_view value = header.value;
    hide(value.substr(value.rfind(' ') + 1), name);
  }
  return text;
}

// What has been found so far, shown as it comes.
class Findings {
 public:
  Findings(const CheckOptions& options, Context& context, std::size_t planned)
      : options_(options), context_(context), planned_(planned) {
    if (!options.junit.empty()) require_writable();
    if (options.tap) context.world.out << tap_plan(planned) << std::flush;
  }

  // False when nobody wants the others: the reader has left, as `head` does.
  bool add(const Check& check, const Finding& finding) {
    CheckReport report{check.info, finding.verdict, finding.expected, finding.observed,
                       {},         std::nullopt,    finding.duration};
    if (finding.verdict == CheckVerdict::failed) {
      const Subject& subject = options_.subject;
      if (finding.info) report.info = *finding.info;
      report.observed = without_secrets(std::move(report.observed), subject);
      report.remedy = finding.remedy.empty() ? check.info.remedy : finding.remedy;
      report.curl = curl_commands(finding.evidence, {subject.tls, subject.headers});
    }
    summary_.count(report);
    if (options_.tap) {
      const bool counts = options_.strict || report.info.level == Level::must;
      context_.world.out << tap_line(reports_.size() + 1, report, counts) << std::flush;
    } else {
      context_.reporter->checked(report);
    }
    reports_.push_back(std::move(report));
    return context_.world.out.good() || !options_.junit.empty();
  }

  // Nothing could be run.
  void give_up(const std::string& why) {
    if (options_.tap) context_.world.out << tap_bail_out(why) << std::flush;
    if (!options_.junit.empty()) write_junit(why);
  }

  // The exit code. `lost` is why the last checks were skipped.
  int finish(const Reply& baseline, const std::optional<std::string>& lost) {
    const bool interrupted = context_.world.interrupt.triggered();
    summary_.unfinished = planned_ - reports_.size();
    if (!interrupted && summary_.unfinished > 0) return exit_code::kNo;  // nobody reads any more
    // What no check that was run tells of, and yet counts.
    std::string trouble;
    if (interrupted) {
      trouble = "interrupted before all checks were run";
    } else if (!baseline.delivered() && summary_.failed_must == 0) {
      const bool no_secret = !options_.subject.secret && looks_like_a_signature_matter(baseline);
      trouble = std::string(no_secret ? "without --secret " : "") +
                "plain valid events were not taken (" + told(baseline, options_.subject.timeout) +
                "), so the checks that ran say little";
    }
    if (!options_.tap) {
      context_.reporter->check_summary(summary_, reports_);
    } else if (!trouble.empty()) {
      context_.world.out << tap_bail_out(trouble) << std::flush;
    }
    if (!options_.junit.empty()) write_junit(trouble);
    if (interrupted) {
      context_.notice(trouble);
      return exit_code::kInterrupted;
    }
    if (lost) context_.warning(*lost + ", so the checks after it were skipped");
    if (!options_.subject.secret && baseline.delivered()) {
      context_.warning("it takes events without a signature: whoever knows its URL can send some");
    }
    if (!trouble.empty()) {
      context_.warning(trouble);
      return exit_code::kNo;
    }
    const bool bad = summary_.failed_must > 0 || (options_.strict && summary_.failed_should > 0);
    return bad ? exit_code::kNo : exit_code::kYes;
  }

 private:
  // Before minutes are spent on what cannot be kept. What an earlier run wrote stays until then.
  void require_writable() const {
    if (!std::ofstream(options_.junit, std::ios::app)) throw_unwritable();
  }

  void write_junit(const std::string& trouble) const {
    std::ofstream out(options_.junit, std::ios::trunc);
    out << junit_xml(reports_, context_.clock.now(), options_.strict, trouble) << std::flush;
    if (!out) throw_unwritable();
  }

  [[noreturn]] void throw_unwritable() const {
    throw Error(ErrorCode::io_error,
                "--junit: cannot write " + options_.junit + ": " + std::strerror(errno));
  }

  const CheckOptions& options_;
  Context& context_;
  std::size_t planned_;
  CheckSummary summary_;
  std::vector<CheckReport> reports_;
};

void find_secret(CheckOptions& options, Context& context) {
  options.subject.secret = options.secret.read(context.world.in);
  if (options.webhook.empty()) return;
  if (options.subject.secret) {
    throw Error(ErrorCode::usage, "expected --webhook or a secret, got both");
  }
  const auto webhooks = context.registry.read().webhooks;
  const Webhook& webhook = find_webhook(webhooks, options.webhook);
  options.subject.secret = webhook.signing_secret;
  if (!options.has_url) options.subject.url = parse_url("--webhook", webhook.url);
}

int run_list(const std::vector<const Check*>& checks, Context& context) {
  std::vector<CheckInfo> infos;
  for (const Check* check : checks) infos.push_back(check->info);
  context.reporter->check_catalogue(infos);
  return exit_code::kYes;
}

// A report of an earlier run would look like one of this.
Reply reach_or_report(const CheckOptions& options, BlockingClient& client, const Context& context,
                      std::uint64_t seed, Findings& findings) {
  try {
    return reach(options.subject, client, context.clock, context.world.interrupt, seed);
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
  context.notice("the first answer took " + elapsed_text(baseline.duration) +
                 ": if all do, this takes minutes (--only picks some of the checks)");
}

// What a check is about cannot be the same for all of them.
void require_no_own_headers(const std::vector<Header>& headers) {
  for (const std::string_view own : {kSignatureHeader, std::string_view("Content-Type")}) {
    if (find_header(headers, own)) {
      throw Error(ErrorCode::usage, "--header: " + std::string(own) +
                                        " is what the checks change, and cannot be set");
    }
  }
}

int run_check(CheckOptions& options, Context& context) {
  const auto checks = select_checks(options.only, options.skip);
  if (checks.empty())
    throw Error(ErrorCode::usage, "--only and --skip: expected some check to be left");
  if (options.list) {
    if (!options.junit.empty() || options.tap) {
      throw Error(ErrorCode::usage, "expected --list, or --junit and --tap, got both");
    }
    return run_list(checks, context);
  }
  if (!options.has_url && options.webhook.empty()) {
    throw Error(ErrorCode::usage, "expected the URL of a handler, got nothing",
                "see slotflow-hooks check --help");
  }
  if (options.tap && context.options.json) {
    throw Error(ErrorCode::usage, "expected --tap or --json, got both");
  }
  require_no_own_headers(options.subject.headers);
  find_secret(options, context);
  if (!options.subject.secret) {
    context.notice("without --secret the signature checks are skipped, and events are not signed");
  }
  const std::uint64_t seed = options.seed.value_or(new_seed());
  if (!options.seed) {
    context.notice("seed " + std::to_string(seed) + " (--seed repeats these bookings)");
  }
  const auto signals = context.catch_signals();
  BlockingClient client(options.subject.tls, context.world.interrupt);
  Findings findings(options, context, checks.size());
  const Reply baseline = reach_or_report(options, client, context, seed, findings);
  warn_of_long_run(baseline, checks.size(), context);
  const auto lost = run_checks(
      checks, options.subject, client, context.clock, seed, baseline, context.world.interrupt,
      [&](const Check& check, const Finding& finding) { return findings.add(check, finding); });
  return findings.finish(baseline, lost);
}

void add_names(CLI::App& app, const std::string& option, std::vector<std::string>& names,
               const std::string& help) {
  add_texts(
      app, option, "ID,...",
      [&names](const std::string& text) {
        for (const std::string_view name : split(text, ',')) names.emplace_back(trimmed(name));
      },
      help);
}

void add_reach(CLI::App& app, CheckOptions& options) {
  Subject& subject = options.subject;
  add_text(
      app, "--timeout", "DURATION",
      [&subject](const std::string& text) {
        subject.timeout = parse_positive_duration("--timeout", text);
      },
      "For each delivery, in all (default: 10s)");
  app.add_flag("--insecure", subject.tls.insecure, "Accept any TLS certificate");
  add_text(
      app, "--cacert", "FILE", [&subject](const std::string& text) { subject.tls.ca_file = text; },
      "Trust the certificates in FILE (PEM)");
  add_headers(app, subject.headers, "Add a header to each delivery; can be repeated");
}

}  // namespace

Runner add_check(CLI::App& app) {
  auto options = std::make_shared<CheckOptions>();
  add_text(
      app, "URL", "URL",
      [options](const std::string& text) {
        options->subject.url = parse_url("URL", text);
        options->has_url = true;
      },
      "The handler: http://localhost:3000/webhooks/slotflow");
  add_secret(app, options->secret, "The secret that the handler verifies with");
  add_text(
      app, "--webhook", "ID", [options](const std::string& text) { options->webhook = text; },
      "Take the secret of this registered webhook, by id or URL, and its URL\nif none is given");
  add_names(app, "--only", options->only, "Only these checks or sections; can be repeated");
  add_names(app, "--skip", options->skip, "Not these checks or sections; can be repeated");
  app.add_flag("--list", options->list, "Print the checks, and run none");
  app.add_flag("--strict", options->strict, "Fail for what a handler should do, too");
  add_reach(app, *options);
  add_number(
      app, "--seed", 0, UINT64_MAX, [options](std::uint64_t seed) { options->seed = seed; },
      "The same seed makes the same bookings (default: drawn and printed)");
  add_text(
      app, "--junit", "FILE",
      [options](const std::string& text) {
        if (text == "-") {
          throw Error(ErrorCode::usage,
                      "--junit: expected a file, got '-': standard output has "
                      "the results already");
        }
        options->junit = text;
      },
      "Also write the results to FILE as JUnit XML");
  app.add_flag("--tap", options->tap, "Print the results as TAP, for prove");
  return [options](Context& context) { return run_check(*options, context); };
}

}  // namespace slotflow
