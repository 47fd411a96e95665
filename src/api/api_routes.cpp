#include <array>

#include "api/emulator.h"
#include "api/webhooks.h"

namespace slotflow {

namespace {

constexpr std::array<Route, 3> kApiRoutes{{
    {"POST", "/v1/webhooks", create_webhook},
    {"GET", "/v1/webhooks", list_webhooks},
    {"DELETE", "/v1/webhooks/:id", delete_webhook},
}};

}  // namespace

std::span<const Route> api_routes() {
  return kApiRoutes;
}

}  // namespace slotflow
