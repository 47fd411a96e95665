// The people of an organisation, whose time can be booked.
#pragma once

#include <optional>
#include <string>

#include "domain/availability.h"
#include "domain/timestamp.h"

namespace slotflow {

// Slotflow's HumanWithAvailability.
struct Human {
  std::string id;  // UUID
  std::string name;
  std::optional<std::string> email = {};
  std::optional<std::string> role = {};
  std::string timezone;  // an IANA name
  bool active = true;    // false: deleted
  Timestamp created_at;
  std::optional<AvailabilityRules> availability_rules = {};
};

}  // namespace slotflow
