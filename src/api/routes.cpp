#include "api/routes.h"

#include <string>
#include <vector>

#include "web/target.h"

namespace slotflow {

std::optional<RouteMatch> find_route(std::span<const Route> routes, std::string_view method,
                                     std::string_view target) {
  const std::vector<std::string> path = path_segments(target);
  for (const Route& route : routes) {
    if (route.method != method) continue;
    if (auto parameters = path_parameters(route.pattern, path))
      return RouteMatch{&route, *parameters};
  }
  return std::nullopt;
}

}  // namespace slotflow
