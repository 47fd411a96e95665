// Which event a payload reports: what receivers tell events apart by.
#pragma once

#include <optional>
#include <string>
#include <string_view>

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

// The same of JSON text, read without making values of it; of what is no JSON (or is nested too
// deeply, see kMaxJsonDepth) there is none.
EventIdentity identity_in(std::string_view text);

}  // namespace slotflow
