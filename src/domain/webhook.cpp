#include "domain/webhook.h"

#include <algorithm>

#include "domain/choices.h"

namespace slotflow {

bool Webhook::wants(Event event) const {
  return active && std::find(events.begin(), events.end(), event) != events.end();
}

Plan parse_plan(std::string_view option, std::string_view name) {
  return require_row(option, kPlans, name).plan;
}

std::vector<std::string> plan_choices() {
  return names_of(kPlans);
}

}  // namespace slotflow
