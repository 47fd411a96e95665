#include "domain/webhook.h"

#include <algorithm>

#include "domain/closest.h"
#include "domain/json.h"
#include "domain/signature.h"

namespace slotflow {

bool Webhook::wants(Event event) const {
  return active && std::find(events.begin(), events.end(), event) != events.end();
}

Plan parse_plan(std::string_view name) {
  for (const PlanInfo& row : kPlans) {
    if (name == row.name) return row.plan;
  }
  throw_unknown_choice("plan", name, plan_choices());
}

std::vector<std::string> plan_choices() {
  std::vector<std::string> choices;
  for (const PlanInfo& row : kPlans) choices.emplace_back(row.name);
  return choices;
}

std::string masked_secret(std::string_view secret) {
  constexpr std::size_t kShown = 4;
  // Four letters of a short secret would be too much of it.
  constexpr std::size_t kLongEnough = 16;
  std::string shown;
  if (secret.starts_with(kSecretPrefix)) {
    shown = kSecretPrefix;
    secret.remove_prefix(kSecretPrefix.size());
  }
  if (secret.size() >= kLongEnough) shown += utf8_prefix(secret, kShown);
  return shown + "...";
}

}  // namespace slotflow
