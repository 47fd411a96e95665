// What the calls of the API work on.
#pragma once

#include "net/clock.h"
#include "store/organisation.h"
#include "store/registry.h"

namespace slotflow {

// All of it is thread-safe, and outlives the server.
struct ApiResources {
  Registry& registry;          // webhooks and the plan
  Organisation& organisation;  // humans and bookings
  const Clock& clock;
};

}  // namespace slotflow
