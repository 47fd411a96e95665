// Options of listen that have no effect beside the others.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands/listen_options.h"
#include "domain/error.h"
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

// "--a, --b or --c"
std::string one_of(const std::vector<std::string>& options) {
  std::string text;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (i > 0) text += i + 1 == options.size() ? " or " : ", ";
    text += options[i];
  }
  return text;
}

[[noreturn]] void refuse_useless(const std::string& message, Error::Subjects subjects) {
  throw Error(ErrorCode::usage, message, "", std::move(subjects));
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

// --status and --body are about the receiver's own response.
void check_own_response(const CLI::App& app, const ListenOptions& options) {
  const FaultPlan& plan = options.receiver.plan;
  const bool some_step_has_none =
      has_step(plan, [](const ScriptStep& step) { return !step.status.has_value(); });
  if (is_given(app, "--status") && plan.script && !some_step_has_none) {
    refuse_useless("--status cannot be combined with --script, whose steps all have a status",
                   {"--status", "--script"});
  }
  const bool handler_responds = options.forward_to && !options.receiver.fail_before_forwarding;
  for (const char* option : {"--status", "--body"}) {
    if (!handler_responds || !is_given(app, option) || some_step_has_none) continue;
    refuse_useless(
        std::string(option) +
            " cannot be combined with --forward-to, which returns the handler's response",
        {option, "--forward-to"});
  }
  if (is_given(app, "--body") && !plan.script && !http::has_body("POST", plan.status)) {
    refuse_useless("--body cannot be combined with --status " + std::to_string(plan.status) +
                       ", which has no body",
                   {"--body", "--status"});
  }
}

void check_forward_tls(const ListenOptions& options) {
  if (!options.forward_to || options.forward_to->https) return;
  const TlsOptions& tls = options.forward_tls;
  if (!tls.insecure && tls.ca_file.empty()) return;
  const std::string given = tls.insecure ? "--insecure" : "--cacert";
  refuse_useless(given + " requires an https URL in --forward-to", {given, "--forward-to"});
}

void check_ends(const ListenOptions& options) {
  const ReceiverOptions& receiver = options.receiver;
  if (receiver.count && !options.command.empty()) {
    refuse_useless("--count cannot be combined with a command, whose end is that of listen",
                   {"--count"});
  }
  if (receiver.count && receiver.expect && *receiver.count < *receiver.expect) {
    refuse_useless("--expect " + std::to_string(*receiver.expect) +
                       " cannot be combined with --count " + std::to_string(*receiver.count) +
                       ", which is less",
                   {"--expect", "--count"});
  }
}

}  // namespace

void refuse_without_effect(const CLI::App& app, const ListenOptions& options, bool json) {
  for (const auto& [option, others] : requirements()) {
    const bool useful =
        std::ranges::any_of(others, [&](const std::string& other) { return is_given(app, other); });
    if (is_given(app, option) && !useful) {
      refuse_useless(option + " requires " + one_of(others), {option});
    }
  }
  if (is_given(app, "--drip-duration") && !can_drip(options.receiver.plan)) {
    refuse_useless("--drip-duration requires the fault drip, in --fault or --script",
                   {"--drip-duration"});
  }
  check_own_response(app, options);
  check_forward_tls(options);
  check_ends(options);
  if (options.compact && options.verbose) {
    refuse_useless("--compact cannot be combined with --verbose", {"--compact", "--verbose"});
  }
  if (options.compact && json) {
    refuse_useless("--compact cannot be combined with --json", {"--compact", "--json"});
  }
}

}  // namespace slotflow
