// All that an organisation has, as one JSON object: of `--load`, and of GET and PUT
// /_emulator/state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/resources.h"
#include "domain/webhook.h"
#include "store/organisation.h"

namespace slotflow {

struct ApiState {
  std::optional<Plan> plan = {};  // nullopt: as it is
  std::vector<Webhook> webhooks;
  OrganisationState organisation;

  bool is_empty() const {
    return webhooks.empty() && organisation.humans.empty() && organisation.bookings.empty();
  }
};

// Returns the object with plan, webhooks, humans, overrides and bookings, each as the API has it.
std::string state_json(const ApiState& state);

// Parses such an object. The plan and each array may be missing, and so may what the API would
// make: ids, secrets and times of creation. Throws Error{validation_error} that names the field:
// "humans[0].name: expected a string, got nothing".
ApiState parse_state(std::string_view text, IdSource& ids, Timestamp now);

ApiState state_of(ApiResources& resources);
// Replaces everything. The store and the database are two files: an error or a kill between them
// leaves the new people with the old webhooks.
void set_state(ApiResources& resources, const ApiState& state);

}  // namespace slotflow
