#include "domain/webhook.h"

#include <algorithm>

#include "domain/choices.h"
#include "domain/signature.h"
#include "domain/utf8.h"

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

std::string masked_secret(std::string_view secret) {
  constexpr std::size_t kShown = 4;
  // Four letters would reveal too much of a short secret.
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
