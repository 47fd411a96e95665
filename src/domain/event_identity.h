// Which event a payload reports: what receivers tell events apart by.
#pragma once

#include <optional>
#include <string>

#include "domain/json.h"

namespace slotflow {

// Slotflow's documentation: receivers deduplicate by data.id, and a confirmation and a cancellation
// share the booking's id.
struct EventIdentity {
  std::optional<std::string> event;       // the payload's "event"
  std::optional<std::string> booking_id;  // its data.id
};

// Takes any JSON; what is missing, or is no string, is nothing.
EventIdentity identity_of(const Json& payload);

}  // namespace slotflow
