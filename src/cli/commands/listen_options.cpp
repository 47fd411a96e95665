#include "cli/commands/listen_options.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <utility>

#include "cli/command.h"
#include "cli/listen_host.h"
#include "cli/options.h"
#include "cli/secrets.h"
#include "domain/error.h"
#include "domain/number.h"
#include "domain/quote.h"
#include "domain/suggestion.h"
#include "domain/text.h"

namespace slotflow {

namespace {

std::vector<int> parse_statuses(const std::string& option, const std::string& text) {
  std::vector<int> statuses;
  for (const std::string_view status : split(text, ',')) {
    statuses.push_back(
        static_cast<int>(parse_number(option, std::string(trimmed(status)), 200, 599)));
  }
  return statuses;
}

// Returns the path of a URL, without a query.
std::string parse_path(const std::string& option, const std::string& text) {
  const bool is_plain =
      std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f && c != '?' && c != '#'; });
  constexpr std::size_t kMaxPath = 1024;
  if (!text.starts_with('/') || !is_plain || text.size() > kMaxPath) {
    throw Error(ErrorCode::usage,
                option + ": expected a path such as /hook, got " + in_quotes(text));
  }
  return text;
}

void add_address(CLI::App& app, ListenOptions& options) {
  begin_group(app, "Address");
  ReceiverOptions& receiver = options.receiver;
  add_text(
      app, "--host", value::text("HOST"),
      [&receiver](const std::string& text) {
        receiver.server.host = parse_listen_host("--host", text, true);
      },
      "Address to listen on (default: 127.0.0.1, reachable from this machine\n"
      "only)");
  add_number(
      app, "--port", 0, 65535,
      [&receiver](std::uint64_t port) { receiver.server.port = static_cast<int>(port); },
      "Port to listen on; 0 selects a free one (default: 4242)");
  add_text(
      app, "--path", value::text("PATH"),
      [&receiver](const std::string& text) { receiver.path = parse_path("--path", text); },
      "Accept events on this path only; return 404 elsewhere (default: any path)");
  add_text(
      app, "--health", value::text("PATH"),
      [&receiver](const std::string& text) { receiver.health = parse_path("--health", text); },
      "Return 200 for GET and HEAD on this path, without showing or counting them");
  app.add_flag("--cors", receiver.cors,
               "Let pages of every web site send requests and read the responses");
}

void add_answer(CLI::App& app, ListenOptions& options) {
  begin_group(app, "Response");
  ReceiverOptions& receiver = options.receiver;
  add_number(
      app, "--status", 200, 599,
      [&receiver](std::uint64_t status) { receiver.plan.status = static_cast<int>(status); },
      "Status to return (default: 200)");
  add_any_text(
      app, "--body", value::text("TEXT"),
      [&receiver](const std::string& text) { receiver.body = text; },
      "Body of the responses (default: {\"received\":true})");
  add_headers(app, receiver.headers, "Add a header to the responses; can be repeated");
  add_text(
      app, "--delay", value::text("D|A..B|lognormal:M,P99"),
      [&receiver](const std::string& text) { receiver.plan.delay = parse_delay("--delay", text); },
      "Respond after this time, or a random one: from a range such as 1s..5s, or\n"
      "from lognormal:MEDIAN,P99, such as lognormal:80ms,2s");
}

void add_failing(CLI::App& app, ListenOptions& options) {
  begin_group(app, "Failures");
  FaultPlan& plan = options.receiver.plan;
  add_probability(app, "--fail-rate", plan.fail_rate,
                  "Fail each delivery with this probability, 0 to 1 (default: 0)");
  add_list(
      app, "--fail-status", value::text("STATUSES"),
      [&options](const std::string& text) {
        options.fail_statuses = parse_statuses("--fail-status", text);
      },
      "Status of simulated failures, such as 500; from a list such as\n"
      "500,502,503 one is chosen at random (default: 500)");
  add_number(
      app, "--fail-first", 0, UINT64_MAX, [&plan](std::uint64_t count) { plan.fail_first = count; },
      "Fail the first N deliveries");
  add_text(
      app, "--retry-after", value::duration(),
      [&plan](const std::string& text) {
        plan.retry_after = parse_duration("--retry-after", text);
      },
      "For this time after the first delivery, return 503 (or --fail-status 429)\n"
      "with a Retry-After header; then recover");
  add_number(
      app, "--gone-after", 0, UINT64_MAX, [&plan](std::uint64_t count) { plan.gone_after = count; },
      "Return 410 for all deliveries after the first N");
  add_texts(
      app, "--fault", value::fault(),
      [&plan](const std::string& text) {
        plan.faults.push_back(parse_fault_chance("--fault", text));
      },
      "Break the response on the wire with probability P (default: 1); can be\n"
      "repeated. KIND: " +
          joined(fault_choices(), ", "));
  add_text(
      app, "--drip-duration", value::duration(),
      [&plan](const std::string& text) {
        plan.fault_settings.drip_duration = parse_duration("--drip-duration", text);
      },
      "Time that the fault drip takes for a response (default: 20s)");
  add_list(
      app, "--script", value::text("STEPS"),
      [&plan](const std::string& text) { plan.script = parse_script("--script", text); },
      "Respond with these statuses and faults in turn, one per delivery; the\n"
      "last one repeats. Example: '500*2,timeout,reset,200@1s..3s'");
  add_choice(app, "--script-per", {"request", "booking"}, options.script_per,
             "Run one script for all requests, or a separate one for each booking\n"
             "(default: request)");
  add_number(
      app, "--seed", 0, UINT64_MAX, [&options](std::uint64_t seed) { options.seed = seed; },
      "Seed of random failures and delays; the same seed repeats them\n"
      "(default: random; the seed is printed)");
}

void add_forwarding(CLI::App& app, ListenOptions& options) {
  begin_group(app, "Forwarding");
  add_text(
      app, "--forward-to", value::url(),
      [&options](const std::string& text) { options.forward_to = parse_url("--forward-to", text); },
      "Pass each request on to this handler, and return its response");
  add_choice(app, "--fault-on", {"request", "response"}, options.fault_on,
             "Inject failures and faults before the handler gets the request, or into\n"
             "its response (default: response)");
  app.add_flag("-v,--verbose", options.verbose, "Print the handler's response also if it is 2xx");
  add_tls(app, options.forward_tls, " when forwarding to https");
}

void add_identity(CLI::App& app, ListenOptions& options) {
  begin_group(app, "TLS");
  app.add_flag("--tls", options.tls, "Use https, with a generated certificate for localhost");
  add_text(
      app, "--tls-cert-out", value::file(),
      [&options](const std::string& text) {
        options.cert_out = parse_output_file("--tls-cert-out", text);
      },
      "Write the generated certificate to FILE, for fire --cacert");
  add_text(
      app, "--cert", value::file(),
      [&options](const std::string& text) { options.cert_file = text; },
      "Use https with the certificate in FILE (PEM)");
  add_text(
      app, "--key", value::file(), [&options](const std::string& text) { options.key_file = text; },
      "Private key of --cert (PEM)");
}

void add_verification(CLI::App& app, ListenOptions& options) {
  begin_group(app, "Verification and limits");
  ReceiverOptions& receiver = options.receiver;
  add_secrets(app, options.secret,
              "Verify signatures with this secret; can be repeated\n"
              "(default: the secrets in the store)");
  app.add_flag("--require-signature", receiver.require_signature,
               "Return 401 if the signature is not valid");
  add_duration(app, "--tolerance", receiver.tolerance,
               "Maximum difference between the signature's timestamp and now\n(default: 300s)");
  add_size(app, "--max-body", receiver.server.max_body,
           "Return 413 for larger bodies (default: 1MiB)");
}

void add_ending(CLI::App& app, ListenOptions& options) {
  begin_group(app, "End and output");
  ReceiverOptions& receiver = options.receiver;
  add_number(
      app, "--expect", 1, UINT64_MAX, [&receiver](std::uint64_t count) { receiver.expect = count; },
      "Exit with 0 once N distinct events have been accepted, or with 1 if it\n"
      "stops before that");
  add_text(
      app, "--for", value::duration(),
      [&options](const std::string& text) { options.duration = parse_duration("--for", text); },
      "Exit after this time");
  add_number(
      app, "--count", 1, UINT64_MAX, [&receiver](std::uint64_t count) { receiver.count = count; },
      "Exit after N requests");
  app.add_flag("--register", options.register_url,
               "Register the URL in the store until listen ends");
  app.add_flag("--compact", options.compact, "Print one line for each request");
  add_text(
      app, "--log", value::file(),
      [&options](const std::string& text) {
        options.log = parse_output_file("--log", text, "give --json for standard output");
      },
      "Append the lines that --json prints to FILE");
}

// CLI11 only sees the words that are not after "--", which are a mistake.
void add_command_words(CLI::App& app, ListenOptions& options) {
  if (auto* command = dynamic_cast<Command*>(&app)) command->command_words = &options.command;
  CLI::Option* words =
      app.add_option("COMMAND", options.stray_words,
                     "After --: run this command with its arguments, with the URL in\n"
                     "SLOTFLOW_LISTEN_URL, and exit when it ends, with its status");
  declare(app, words, value::text("COMMAND"));
}

void check_stray_words(const std::vector<std::string>& words) {
  if (words.empty()) return;
  const std::string& word = words.front();
  std::string hint = "write -- before a command that listen runs";
  if (to_number<std::uint16_t>(word)) hint = did_you_mean("--port " + word);
  if (word.find("://") != std::string::npos) hint = did_you_mean("--forward-to");
  throw Error(ErrorCode::usage, "unexpected argument " + in_quotes(word), hint);
}

// Each probability is a share of the requests.
void check_faults(const FaultPlan& plan) {
  double sum = 0;
  for (const FaultChance& chance : plan.faults) sum += chance.probability;
  constexpr double kRounding = 1e-9;
  if (sum > 1 + kRounding) {
    std::array<char, 32> shown{};
    std::snprintf(shown.data(), shown.size(), "%g", sum);
    throw Error(
        ErrorCode::usage,
        "--fault: expected probabilities that sum to at most 1, got " + std::string(shown.data()),
        "", "--fault");
  }
}

void settle_statuses(ListenOptions& options) {
  FaultPlan& plan = options.receiver.plan;
  constexpr int kServiceUnavailable = 503;
  if (plan.retry_after) plan.fail_statuses = {kServiceUnavailable};
  if (options.fail_statuses) plan.fail_statuses = *options.fail_statuses;
}

}  // namespace

void add_listen_options(CLI::App& app, ListenOptions& options) {
  add_address(app, options);
  add_answer(app, options);
  add_failing(app, options);
  add_forwarding(app, options);
  add_identity(app, options);
  add_verification(app, options);
  add_ending(app, options);
  add_ui_options(app, options.ui);
  add_command_words(app, options);
}

void check_listen_options(const ListenOptions& options) {
  check_stray_words(options.stray_words);
  check_faults(options.receiver.plan);
}

void settle_listen_options(ListenOptions& options) {
  settle_statuses(options);
  if (options.forward_to) {
    options.receiver.forward = ForwardOptions{*options.forward_to, options.forward_tls};
    options.receiver.fail_before_forwarding = options.fault_on == "request";
  }
  options.tls = options.tls || !options.cert_file.empty();
  options.receiver.script_per_booking = options.script_per == "booking";
}

}  // namespace slotflow
