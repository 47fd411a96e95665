// The calls of Slotflow's API in one table: 404s, the request log, simulated failures and tests
// read it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "web/message.h"

namespace slotflow {

struct ApiResources;

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/v1/webhooks/:id"
  WebResponse (*handle)(const WebRequest&, ApiResources&);
};

struct RouteMatch {
  const Route* route = nullptr;
  WebFields parameters;  // of the path, by the names in the pattern
};

// Returns the route for this method and target.
std::optional<RouteMatch> find_route(std::span<const Route> routes, std::string_view method,
                                     std::string_view target);

}  // namespace slotflow
