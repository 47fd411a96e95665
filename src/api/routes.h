// The calls of Slotflow's API in one table: 404s, the request log, simulated failures and tests
// read it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "api/message.h"

namespace slotflow {

struct ApiResources;

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/v1/webhooks/:id"
  ApiResponse (*handle)(const ApiRequest&, ApiResources&);
};

struct RouteMatch {
  const Route* route = nullptr;
  ApiFields parameters;  // of the path, by the names in the pattern
};

// Returns the route for this method and target. Neither a slash at the end of the path nor letter
// case is ignored. Runs in linear time without recursion.
std::optional<RouteMatch> find_route(std::span<const Route> routes, std::string_view method,
                                     std::string_view target);

}  // namespace slotflow
