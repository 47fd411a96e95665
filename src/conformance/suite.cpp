#include "conformance/suite.h"

#include <algorithm>

#include "domain/closest.h"
#include "domain/error.h"
#include "domain/quote.h"
#include "domain/suggestion.h"

namespace slotflow {

namespace {

std::string section_of(const Check& check) {
  return std::string(check.info.section());
}

bool is_named(const Check& check, const std::string& name) {
  return check.info.id == name || check.info.section() == name;
}

// `what` is a noun phrase for the choices.
[[noreturn]] void throw_unknown(const std::string& option, const std::string& what,
                                const std::string& name, const std::vector<std::string>& choices) {
  const std::string nearest = closest_match(name, choices);
  throw Error(
      ErrorCode::usage, option + ": expected " + what + ", got " + in_quotes(name),
      nearest.empty() ? "run 'slotflow-hooks check --list' to see the ids" : did_you_mean(nearest),
      option);
}

void require_known(const std::string& option, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const auto checks = all_checks();
    const auto known = [&](const Check* check) { return is_named(*check, name); };
    if (std::ranges::any_of(checks, known)) continue;
    std::vector<std::string> choices;
    for (const Check* check : checks) {
      choices.emplace_back(check->info.id);
      if (std::ranges::find(choices, section_of(*check)) == choices.end()) {
        choices.push_back(section_of(*check));
      }
    }
    throw_unknown(option, "the id of a check, or a section", name, choices);
  }
}

}  // namespace

std::vector<const Check*> all_checks() {
  std::vector<const Check*> checks;
  // signature.valid comes first: without it the others mean nothing. The forged events come before
  // the other valid ones, because some handlers ban who sends them.
  const auto accepted = accepted_signature_checks();
  for (const auto section :
       {delivery_checks(), stalled_checks(), accepted.first(1), rejected_signature_checks(),
        replayed_signature_checks(), forged_signature_checks(), among_valid_checks(),
        odd_signature_checks(), accepted.subspan(1), clock_checks(), payload_checks(),
        booking_time_checks(), malformed_checks(), idempotency_checks(), similar_booking_checks(),
        leaks_checks()}) {
    for (const Check& check : section) checks.push_back(&check);
  }
  return checks;
}

std::vector<const Check*> select_checks(const std::vector<std::string>& only,
                                        const std::vector<std::string>& skip) {
  require_known("--only", only);
  require_known("--skip", skip);
  std::vector<const Check*> selected;
  for (const Check* check : all_checks()) {
    const auto named = [&](const std::string& name) { return is_named(*check, name); };
    const bool wanted = only.empty() || std::ranges::any_of(only, named);
    if (wanted && std::ranges::none_of(skip, named)) selected.push_back(check);
  }
  return selected;
}

const Check& find_check(const std::string& option, const std::string& id) {
  std::vector<std::string> choices;
  for (const Check* check : all_checks()) {
    if (check->info.id == id) return *check;
    choices.emplace_back(check->info.id);
  }
  throw_unknown(option, "the id of a check", id, choices);
}

}  // namespace slotflow
