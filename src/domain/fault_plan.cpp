#include "domain/fault_plan.h"

#include <algorithm>

#include "domain/choices.h"
#include "domain/expected.h"
#include "domain/number.h"
#include "domain/random.h"
#include "domain/status_text.h"
#include "domain/suggestion.h"

namespace slotflow {

namespace {

constexpr int kGone = 410;

// The random numbers of one request, one for each purpose, whether needed or not. A choice that may
// need more than one has its own generator.
struct RandomNumbers {
  explicit RandomNumbers(Random random)
      : fail(random.unit()), status(random.next()), delay(random.next()), fault(random.unit()) {}

  double fail;
  Random status;
  Random delay;
  double fault;
};

int failing_status(const FaultPlan& plan, RandomNumbers& numbers) {
  if (plan.fail_statuses.empty()) return plan.status;
  return plan.fail_statuses[numbers.status.below(plan.fail_statuses.size())];
}

const Fault* chosen_fault(const FaultPlan& plan, double number) {
  for (const FaultChance& chance : plan.faults) {
    if (number < chance.probability) return chance.fault;
    number -= chance.probability;
  }
  return nullptr;
}

bool in_refusal(const FaultPlan& plan, const Occasion& occasion) {
  return plan.retry_after &&
         (!occasion.since_refusal || *occasion.since_refusal < *plan.retry_after);
}

}  // namespace

ResponseDecision decide(const FaultPlan& plan, const Occasion& occasion) {
  RandomNumbers numbers(Random::for_item(plan.seed, occasion.n));
  ResponseDecision decision;
  decision.status = plan.status;
  decision.delay = sample(plan.delay, numbers.delay);
  if (plan.gone_after && occasion.n > *plan.gone_after) {
    decision.failing = true;
    decision.status = kGone;
  } else if (plan.script) {
    const ScriptStep& step = plan.script->at(occasion.step.value_or(occasion.n));
    decision.status = step.status.value_or(plan.status);
    decision.fault = step.fault;
    if (step.delay) decision.delay = sample(*step.delay, numbers.delay);
    decision.failing = !is_success(decision.status);
  } else if (in_refusal(plan, occasion)) {
    decision.failing = true;
    decision.status = failing_status(plan, numbers);
    decision.retry_after = *plan.retry_after - occasion.since_refusal.value_or(Duration(0));
  } else {
    decision.failing = occasion.n <= plan.fail_first || numbers.fail < plan.fail_rate;
    if (decision.failing) decision.status = failing_status(plan, numbers);
    decision.fault = chosen_fault(plan, numbers.fault);
  }
  return decision;
}

bool is_random(const FaultPlan& plan) {
  const auto has_random_delay = [](const ScriptStep& step) {
    return step.delay && is_random(*step.delay);
  };
  if (is_random(plan.delay)) return true;
  if (plan.script) return std::ranges::any_of(plan.script->steps, has_random_delay);
  const bool some_fail = plan.fail_rate > 0 && plan.fail_rate < 1;
  const bool some_fault = std::ranges::any_of(
      plan.faults, [](const FaultChance& c) { return c.probability > 0 && c.probability < 1; });
  return some_fail || some_fault || plan.fail_statuses.size() > 1;
}

FaultChance parse_fault_chance(std::string_view option, std::string_view text) {
  const auto colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  FaultChance chance{&require_row(option, kFaults, name)};
  if (colon == std::string_view::npos) return chance;
  const auto probability = to_probability(text.substr(colon + 1));
  if (!probability) {
    const std::string meant = suggested_probability(text.substr(colon + 1));
    throw_expected(option, "KIND:P with a probability from 0 to 1", text,
                   did_you_mean(meant.empty() ? "" : std::string(name) + ':' + meant));
  }
  chance.probability = *probability;
  return chance;
}

}  // namespace slotflow
