#include "api/routes.h"

#include <string>
#include <vector>

#include "api/target.h"
#include "domain/text.h"

namespace slotflow {

namespace {

std::optional<ApiFields> match(std::string_view pattern, const std::vector<std::string>& path) {
  const std::vector<std::string_view> wanted = split(pattern.substr(1), '/');
  if (wanted.size() != path.size()) return std::nullopt;
  ApiFields parameters;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (wanted[i].starts_with(':')) {
      if (path[i].empty()) return std::nullopt;
      parameters.emplace_back(wanted[i].substr(1), path[i]);
    } else if (wanted[i] != path[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

}  // namespace

std::optional<RouteMatch> find_route(std::span<const Route> routes, std::string_view method,
                                     std::string_view target) {
  const std::vector<std::string> path = path_segments(target);
  for (const Route& route : routes) {
    if (route.method != method) continue;
    if (auto parameters = match(route.pattern, path)) return RouteMatch{&route, *parameters};
  }
  return std::nullopt;
}

}  // namespace slotflow
