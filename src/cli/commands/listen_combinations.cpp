// Options of `listen` that do not fit together, or have no effect beside the others.
#include <algorithm>
#include <string>
#include <vector>

#include "cli/combination.h"
#include "cli/commands/listen_options.h"
#include "domain/text.h"
#include "http/head.h"

namespace slotflow {

namespace {

struct Requirement {
  std::string option;
  std::vector<std::string> others;  // one of them must be given, too
};

const std::vector<Requirement>& requirements() {
  static const std::vector<Requirement> all = {
      {"--fail-status", {"--fail-rate", "--fail-first", "--retry-after"}},
      {"--seed",
       {"--fail-rate", "--fail-first", "--retry-after", "--fault", "--delay", "--script"}},
      {"--fault-on",
       {"--fault", "--fail-rate", "--fail-first", "--retry-after", "--gone-after", "--script"}},
  };
  return all;
}

bool is_given(const CLI::App& app, const std::string& option) {
  return app.count(option) > 0;
}

void require_others(const CLI::App& app) {
  for (const auto& [option, others] : requirements()) {
    const bool useful =
        std::ranges::any_of(others, [&](const std::string& other) { return is_given(app, other); });
    if (is_given(app, option) && !useful) {
      refuse(option + " requires " + joined(others, ", ", " or "), {option});
    }
  }
}

bool has_step(const FaultPlan& plan, bool (*matches)(const ScriptStep& step)) {
  return plan.script && std::ranges::any_of(plan.script->steps, matches);
}

bool is_drip(const Fault* fault) {
  return fault != nullptr && fault->name == "drip";
}

bool can_drip(const FaultPlan& plan) {
  return has_step(plan, [](const ScriptStep& step) { return is_drip(step.fault); }) ||
         std::ranges::any_of(plan.faults,
                             [](const FaultChance& chance) { return is_drip(chance.fault); });
}

void check_script(const ListenOptions& options) {
  const FaultPlan& plan = options.receiver.plan;
  if (!plan.script) {
    if (!options.script_per.empty()) refuse("--script-per requires --script", {"--script-per"});
    return;
  }
  const bool other = plan.fail_rate > 0 || plan.fail_first > 0 || !plan.faults.empty() ||
                     plan.retry_after || options.fail_statuses;
  if (other) {
    refuse(
        "--script cannot be combined with --fail-rate, --fail-first, --fail-status, --fault or "
        "--retry-after",
        {"--script", "--fail-rate", "--fail-first", "--fail-status", "--fault", "--retry-after"});
  }
}

// RFC 6585, section 4, and RFC 9110, section 15.6.4, give Retry-After with 429 and 503.
void check_fail_statuses(const ListenOptions& options) {
  if (!options.receiver.plan.retry_after || !options.fail_statuses) return;
  const auto other = std::ranges::find_if_not(
      *options.fail_statuses, [](int status) { return status == 429 || status == 503; });
  if (other == options.fail_statuses->end()) return;
  refuse("--retry-after cannot be combined with --fail-status " + std::to_string(*other) +
             "; 429 or 503 is possible",
         {"--retry-after", "--fail-status"});
}

void check_forwarding(const ListenOptions& options) {
  const TlsOptions& tls = options.forward_tls;
  const std::string tls_option = tls.insecure ? "--insecure" : "--cacert";
  const bool has_tls = tls.insecure || !tls.ca_file.empty();
  if (!options.forward_to) {
    if (!options.fault_on.empty()) refuse("--fault-on requires --forward-to URL", {"--fault-on"});
    if (options.verbose) refuse("--verbose requires --forward-to URL", {"--verbose"});
    if (has_tls) refuse(tls_option + " requires --forward-to URL", {tls_option});
  } else if (has_tls && !options.forward_to->https) {
    refuse(tls_option + " requires an https URL in --forward-to", {tls_option});
  }
}

void check_identity(const ListenOptions& options) {
  const bool has_cert = !options.cert_file.empty();
  const bool has_key = !options.key_file.empty();
  if (has_key && !has_cert) refuse("--key requires --cert", {"--key"});
  if (has_cert && !has_key) {
    // Not refuse(): a receiver without TLS is not what a config file with --cert is about.
    throw Error(ErrorCode::usage, "--cert requires --key", "", "--cert");
  }
  if (options.cert_out.empty()) return;
  if (has_cert)
    refuse("--tls-cert-out cannot be combined with --cert", {"--tls-cert-out", "--cert"});
  if (!options.tls) refuse("--tls-cert-out requires --tls", {"--tls-cert-out"});
}

// --status and --body are about the receiver's own response.
void check_own_response(const CLI::App& app, const ListenOptions& options) {
  const FaultPlan& plan = options.receiver.plan;
  const bool some_step_has_none =
      has_step(plan, [](const ScriptStep& step) { return !step.status.has_value(); });
  if (is_given(app, "--status") && plan.script && !some_step_has_none) {
    refuse("--status cannot be combined with --script, whose steps all have a status",
           {"--status", "--script"});
  }
  const bool handler_responds = options.forward_to && options.fault_on != "request";
  for (const char* option : {"--status", "--body"}) {
    if (!handler_responds || !is_given(app, option) || some_step_has_none) continue;
    refuse(std::string(option) +
               " cannot be combined with --forward-to, which returns the handler's response",
           {option, "--forward-to"});
  }
  if (is_given(app, "--body") && !plan.script && !http::has_body("POST", plan.status)) {
    refuse("--body cannot be combined with --status " + std::to_string(plan.status) +
               ", which has no body",
           {"--body", "--status"});
  }
}

void check_ends(const ListenOptions& options) {
  const ReceiverOptions& receiver = options.receiver;
  if (receiver.count && !options.command.empty()) {
    refuse("--count cannot be combined with a command, whose end is that of listen", {"--count"});
  }
  if (receiver.count && receiver.expect && *receiver.count < *receiver.expect) {
    refuse("--expect " + std::to_string(*receiver.expect) + " cannot be combined with --count " +
               std::to_string(*receiver.count) + ", which is less",
           {"--expect", "--count"});
  }
}

void check_form(const ListenOptions& options, bool json) {
  if (options.compact && options.verbose) {
    refuse("--compact cannot be combined with --verbose", {"--compact", "--verbose"});
  }
  if (options.compact && json) {
    refuse("--compact cannot be combined with --json", {"--compact", "--json"});
  }
}

}  // namespace

void refuse_combinations(const CLI::App& app, const ListenOptions& options, bool json) {
  check_script(options);
  check_fail_statuses(options);
  check_forwarding(options);
  check_identity(options);
  require_others(app);
  if (is_given(app, "--drip-duration") && !can_drip(options.receiver.plan)) {
    refuse("--drip-duration requires the fault drip, in --fault or --script", {"--drip-duration"});
  }
  check_own_response(app, options);
  check_ends(options);
  check_form(options, json);
  check_ui_options(options.ui);
}

}  // namespace slotflow
