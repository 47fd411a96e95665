#include <algorithm>

#include "cli/commands/commands.h"
#include "cli/options.h"
#include "report/webhooks.h"

namespace slotflow {

namespace {

struct PlanOptions {
  std::optional<Plan> plan;
};

int run_plan(const PlanOptions& options, Context& context) {
  if (options.plan) context.registry().set_plan(*options.plan);
  const Snapshot snapshot = context.registry().read();
  const auto used = static_cast<std::size_t>(
      std::ranges::count_if(snapshot.webhooks, [](const Webhook& one) { return one.active; }));
  context.output.show(PlanUsage{snapshot.plan, used});
  if (const auto limit = info(snapshot.plan).limit; limit && used > *limit) {
    context.notice("the webhooks over the limit of this plan stay registered");
  }
  return exit_code::kYes;
}

}  // namespace

Runner add_plan(CLI::App& app) {
  auto options = std::make_shared<PlanOptions>();
  add_text(
      app, "PLAN", value::choice(plan_choices()),
      [options](const std::string& text) { options->plan = parse_plan("PLAN", text); },
      "Plan to set: free (2 webhooks), starter (10) or growth (no limit)\n(default: show the "
      "current plan)");
  set_examples(app, {{"Show the plan", "slotflow-hooks plan"},
                     {"Remove the limit", "slotflow-hooks plan growth"}});
  return [options](Context& context) { return run_plan(*options, context); };
}

}  // namespace slotflow
