#include <array>

#include "api/bookings.h"
#include "api/emulator.h"
#include "api/humans.h"
#include "api/overrides.h"
#include "api/slots.h"
#include "api/webhooks.h"

namespace slotflow {

namespace {

constexpr std::array<Route, 15> kApiRoutes{{
    {"POST", "/v1/humans", create_human},
    {"GET", "/v1/humans", list_humans},
    {"GET", "/v1/humans/:id", get_human},
    {"DELETE", "/v1/humans/:id", delete_human},
    {"PUT", "/v1/humans/:id/availability", set_human_availability},
    {"GET", "/v1/humans/:id/overrides", list_overrides},
    {"POST", "/v1/humans/:id/overrides", create_override},
    {"DELETE", "/v1/humans/:id/overrides/:override_id", delete_override},
    {"GET", "/v1/humans/:id/slots", list_slots},
    {"POST", "/v1/bookings", create_booking},
    {"GET", "/v1/bookings", list_bookings},
    {"DELETE", "/v1/bookings/:id", cancel_booking},
    {"POST", "/v1/webhooks", create_webhook},
    {"GET", "/v1/webhooks", list_webhooks},
    {"DELETE", "/v1/webhooks/:id", delete_webhook},
}};

}  // namespace

std::span<const Route> api_routes() {
  return kApiRoutes;
}

}  // namespace slotflow
