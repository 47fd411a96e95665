// What the calls of the API work on.
#pragma once

#include <optional>

#include "api/booking_events.h"
#include "api/id_source.h"
#include "net/emulated_clock.h"
#include "send/background_deliveries.h"
#include "store/organisation.h"
#include "store/registry.h"

namespace slotflow {

// All of it is thread-safe, and outlives the server.
struct ApiResources {
  Registry& registry;          // webhooks and the plan
  Organisation& organisation;  // humans and bookings
  BookingEvents& events;
  BackgroundDeliveries& deliveries;
  EmulatedClock& clock;
  IdSource& ids;
  bool has_limits = true;  // those of the plan

  // Returns the plan whose limits hold; nullopt: none do.
  std::optional<Plan> limits_of(const Snapshot& store) const {
    return has_limits ? std::optional(store.plan) : std::nullopt;
  }
};

}  // namespace slotflow
