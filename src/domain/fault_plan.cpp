#include "domain/fault_plan.h"

#include "domain/random.h"

namespace slotflow {

AnswerDecision decide(const FaultPlan& plan, std::uint64_t n) {
  Random random = Random::for_item(plan.seed, n);
  // One draw for each purpose, made whether it is needed or not; a choice that has to draw again
  // does so from a generator of its own.
  const double fail_draw = random.unit();
  Random status_draw(random.next());
  Random delay_draw(random.next());

  AnswerDecision decision;
  decision.failing = n <= plan.fail_first || fail_draw < plan.fail_rate;
  decision.status = plan.status;
  if (decision.failing && !plan.fail_statuses.empty()) {
    decision.status = plan.fail_statuses[status_draw.below(plan.fail_statuses.size())];
  }
  const auto span = static_cast<std::uint64_t>((plan.delay.max - plan.delay.min).count());
  decision.delay =
      plan.delay.min + Duration(static_cast<Duration::rep>(delay_draw.below(span + 1)));
  return decision;
}

}  // namespace slotflow
