#include "cli/commands/listen_options.h"

#include <algorithm>

#include "cli/options.h"
#include "domain/error.h"
#include "domain/quote.h"

namespace slotflow {

namespace {

[[noreturn]] void refuse(const std::string& message) {
  throw Error(ErrorCode::usage, message);
}

std::vector<int> parse_statuses(const std::string& option, const std::string& text) {
  std::vector<int> statuses;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    statuses.push_back(
        static_cast<int>(parse_number(option, text.substr(begin, end - begin), 200, 599)));
    begin = end + 1;
  }
  return statuses;
}

void add_address(CLI::App& app, ListenOptions& options) {
  ReceiverOptions& receiver = options.receiver;
  add_text(
      app, "--host", "HOST",
      [&receiver](const std::string& text) {
        // In brackets, as a URL has it, or bare.
        const bool bracketed = text.size() > 2 && text.starts_with('[') && text.ends_with(']');
        receiver.server.host = bracketed ? text.substr(1, text.size() - 2) : text;
      },
      "The address to listen on (default: 127.0.0.1, which only this machine\n"
      "can reach)");
  add_number(
      app, "--port", 0, 65535,
      [&receiver](std::uint64_t port) { receiver.server.port = static_cast<int>(port); },
      "0 takes a free one (default: 4242)");
  add_text(
      app, "--path", "PATH",
      [&receiver](const std::string& text) {
        const bool is_plain = std::ranges::all_of(
            text, [](char c) { return c > ' ' && c < 0x7f && c != '?' && c != '#'; });
        constexpr std::size_t kMaxPath = 1024;
        if (!text.starts_with('/') || !is_plain || text.size() > kMaxPath) {
          throw Error(ErrorCode::usage,
                      "--path: expected a path such as /hook, got " + in_quotes(text));
        }
        receiver.path = text;
      },
      "Take events on this path only, answer 404 elsewhere (default: any path)");
}

void add_answer(CLI::App& app, ListenOptions& options) {
  ReceiverOptions& receiver = options.receiver;
  add_number(
      app, "--status", 200, 599,
      [&receiver](std::uint64_t status) { receiver.plan.status = static_cast<int>(status); },
      "The status to answer (default: 200)");
  add_any_text(
      app, "--body", "TEXT", [&receiver](const std::string& text) { receiver.body = text; },
      "The body to answer");
  add_headers(app, receiver.headers, "Add a header to the answer; can be repeated");
  add_text(
      app, "--delay", "D|A..B|lognormal:M,P99",
      [&receiver](const std::string& text) { receiver.plan.delay = parse_delay("--delay", text); },
      "Answer after this time, or one drawn from a range such as 1s..5s or from\n"
      "lognormal:MEDIAN,P99 such as lognormal:80ms,2s");
}

void add_failing(CLI::App& app, ListenOptions& options) {
  FaultPlan& plan = options.receiver.plan;
  add_probability(app, "--fail-rate", plan.fail_rate, "Fail this share of the requests, 0 to 1");
  add_text(
      app, "--fail-status", "STATUSES",
      [&options](const std::string& text) {
        options.fail_statuses = parse_statuses("--fail-status", text);
      },
      "What failing requests are answered, such as 500 or 500,502,503\n(default: 500)");
  add_number(
      app, "--fail-first", 0, UINT64_MAX, [&plan](std::uint64_t count) { plan.fail_first = count; },
      "Fail the first N requests");
  add_text(
      app, "--retry-after", "DURATION",
      [&plan](const std::string& text) {
        plan.retry_after = parse_duration("--retry-after", text);
      },
      "Refuse with 503 (or --fail-status 429) and a Retry-After header for this\n"
      "time after the first request, then recover");
  add_number(
      app, "--gone-after", 0, UINT64_MAX, [&plan](std::uint64_t count) { plan.gone_after = count; },
      "Answer 410 to all requests after the first N");
  add_texts(
      app, "--fault", "KIND[:P]",
      [&plan](const std::string& text) {
        plan.faults.push_back(parse_fault_chance("--fault", text));
      },
      "Break the answer on the wire, with this probability (default: 1); can be\n"
      "repeated. KIND: timeout, reset, reset-mid, empty, garbage, truncate, drip");
  add_text(
      app, "--drip-duration", "DURATION",
      [&plan](const std::string& text) {
        plan.fault_settings.drip_duration = parse_duration("--drip-duration", text);
      },
      "How long the fault drip takes for an answer (default: 20s)");
  add_text(
      app, "--script", "STEPS",
      [&plan](const std::string& text) { plan.script = parse_script("--script", text); },
      "Answer by a list of statuses and faults, one a request, the last for ever,\n"
      "such as '500*2,timeout,reset,200@1s..3s'");
  add_choice(app, "--script-per", {"request", "booking"}, options.script_per,
             "Who walks the script: all requests together, or each booking by itself\n"
             "(default: request)");
  add_number(
      app, "--seed", 0, UINT64_MAX, [&options](std::uint64_t seed) { options.seed = seed; },
      "The same seed draws the same failures and delays (default: drawn and\nprinted)");
}

void add_forwarding(CLI::App& app, ListenOptions& options) {
  add_text(
      app, "--forward-to", "URL",
      [&options](const std::string& text) { options.forward_to = parse_url("--forward-to", text); },
      "Pass each request on to this handler, and answer what it answers");
  add_choice(app, "--fault-on", {"request", "response"}, options.fault_on,
             "Fail before the handler has been asked, or after it has answered\n"
             "(default: response)");
  add_text(
      app, "--cacert", "FILE",
      [&options](const std::string& text) { options.forward_tls.ca_file = text; },
      "Trust the certificates in FILE when forwarding to https");
  app.add_flag("--insecure", options.forward_tls.insecure,
               "Accept any certificate when forwarding to https");
}

void add_tls(CLI::App& app, ListenOptions& options) {
  app.add_flag("--tls", options.tls,
               "Speak https, with a certificate for localhost made on the spot");
  add_text(
      app, "--tls-cert-out", "FILE",
      [&options](const std::string& text) { options.cert_out = text; },
      "Write that certificate to FILE, for fire --cacert");
  add_text(
      app, "--cert", "FILE", [&options](const std::string& text) { options.cert_file = text; },
      "Speak https with this certificate (PEM)");
  add_text(
      app, "--key", "FILE", [&options](const std::string& text) { options.key_file = text; },
      "Its private key (PEM)");
}

void add_checks(CLI::App& app, ListenOptions& options) {
  ReceiverOptions& receiver = options.receiver;
  add_texts(
      app, "--secret", "SECRET",
      [&options](const std::string& text) { options.secrets.push_back(text); },
      "Check signatures against this secret; can be repeated\n"
      "(default: the secrets in the store)");
  add_text(
      app, "--secret-file", "FILE",
      [&options](const std::string& text) { options.secret_file = text; },
      "The same, read from FILE ('-' for standard input), so that it stays out of argv");
  app.add_flag("--require-signature", receiver.require_signature,
               "Answer 401 to a signature that is not valid");
  add_duration(app, "--tolerance", receiver.tolerance,
               "How far a signature's t may be from now (default: 300s)");
  add_size(app, "--max-body", receiver.server.max_body,
           "Answer 413 to bodies over this size (default: 1MiB)");
}

void add_ending(CLI::App& app, ListenOptions& options) {
  ReceiverOptions& receiver = options.receiver;
  add_number(
      app, "--expect", 1, UINT64_MAX, [&receiver](std::uint64_t count) { receiver.expect = count; },
      "End with 0 once N distinct events were accepted, with 1 if it ends\nbefore that");
  add_text(
      app, "--for", "DURATION",
      [&options](const std::string& text) { options.duration = parse_duration("--for", text); },
      "End after this time");
  add_number(
      app, "--count", 1, UINT64_MAX, [&receiver](std::uint64_t count) { receiver.count = count; },
      "End after N requests");
  app.add_flag("--register", options.register_url,
               "Have the URL registered in the store while this runs");
  add_text(
      app, "--log", "FILE", [&options](const std::string& text) { options.log = text; },
      "Append the lines that --json prints to FILE");
}

// Each a share of the requests.
void check_faults(const FaultPlan& plan) {
  double sum = 0;
  for (const FaultChance& chance : plan.faults) sum += chance.probability;
  constexpr double kRounding = 1e-9;
  if (sum > 1 + kRounding) refuse("--fault: expected probabilities that add up to at most 1");
}

void check_script(const ListenOptions& options) {
  const FaultPlan& plan = options.receiver.plan;
  if (!plan.script) {
    if (!options.script_per.empty()) refuse("--script-per: expected --script with it");
    return;
  }
  const bool other = plan.fail_rate > 0 || plan.fail_first > 0 || !plan.faults.empty() ||
                     plan.retry_after || options.fail_statuses;
  if (other) {
    refuse(
        "--script: expected it without --fail-rate, --fail-first, --fail-status, --fault and "
        "--retry-after: it decides each answer");
  }
}

void settle_statuses(ListenOptions& options) {
  FaultPlan& plan = options.receiver.plan;
  if (plan.retry_after) {
    constexpr int kServiceUnavailable = 503;
    plan.fail_statuses = options.fail_statuses.value_or(std::vector{kServiceUnavailable});
    // RFC 6585, section 4, and RFC 9110, section 15.6.4, give Retry-After with these.
    const bool fit = std::ranges::all_of(plan.fail_statuses,
                                         [](int status) { return status == 429 || status == 503; });
    if (!fit) refuse("--retry-after: expected --fail-status 429 or 503");
  } else if (options.fail_statuses) {
    plan.fail_statuses = *options.fail_statuses;
  }
}

void settle_forwarding(ListenOptions& options) {
  const bool tls = options.forward_tls.insecure || !options.forward_tls.ca_file.empty();
  if (!options.forward_to) {
    if (!options.fault_on.empty()) refuse("--fault-on: expected --forward-to URL with it");
    if (tls) {
      refuse(std::string(options.forward_tls.insecure ? "--insecure" : "--cacert") +
             ": expected --forward-to URL with it");
    }
    return;
  }
  options.receiver.forward = ForwardOptions{*options.forward_to, options.forward_tls};
  options.receiver.fail_before_forwarding = options.fault_on == "request";
}

void check_tls(ListenOptions& options) {
  if (options.cert_file.empty() != options.key_file.empty()) {
    refuse("--cert and --key: expected both or neither");
  }
  const bool given = !options.cert_file.empty();
  options.tls = options.tls || given;
  if (!options.cert_out.empty() && (given || !options.tls)) {
    refuse(
        "--tls-cert-out: expected --tls without --cert: it writes the certificate made on the "
        "spot");
  }
}

}  // namespace

void add_listen_options(CLI::App& app, ListenOptions& options) {
  add_address(app, options);
  add_answer(app, options);
  add_failing(app, options);
  add_forwarding(app, options);
  add_tls(app, options);
  add_checks(app, options);
  add_ending(app, options);
}

void check_listen_options(ListenOptions& options) {
  check_faults(options.receiver.plan);
  check_script(options);
  settle_statuses(options);
  settle_forwarding(options);
  check_tls(options);
  options.receiver.script_per_booking = options.script_per == "booking";
}

}  // namespace slotflow
