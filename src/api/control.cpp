#include "api/control.h"

#include <array>

#include "api/authentication.h"
#include "api/control_clock.h"
#include "api/control_state.h"
#include "api/emulator.h"
#include "api/error.h"
#include "domain/ascii.h"
#include "domain/error.h"
#include "domain/json.h"
#include "domain/url.h"
#include "domain/webhook_json.h"
#include "web/target.h"

namespace slotflow {

namespace {

constexpr std::string_view kPrefix = "/_emulator";

WebResponse get_ready(Emulator&, const WebRequest&) {
  return {200, to_line(Json{{"ready", true}})};
}

WebResponse get_requests(Emulator& emulator, const WebRequest&) {
  Json requests = Json::array();
  for (const ApiCall& call : emulator.recent_calls().all()) requests.push_back(call_json(call));
  const std::size_t total = requests.size();
  return {200, to_line(Json{{"requests", std::move(requests)}, {"total", total}})};
}

WebResponse get_faults(Emulator& emulator, const WebRequest&) {
  Json faults = Json::array();
  for (const ApiFault& fault : emulator.faults().left()) faults.push_back(to_string(fault));
  return {200, to_line(faults)};
}

WebResponse put_faults(Emulator& emulator, const WebRequest& request) {
  const auto body = try_parse_json(request.body);
  if (request.body_too_large || !body || !body->is_array()) {
    throw Error(ErrorCode::validation_error,
                "body: expected a JSON array of failures such as "
                "[\"POST /v1/webhooks 500*2\"]");
  }
  const std::vector<std::string> routes = api_route_names();
  std::vector<ApiFault> faults;
  for (const Json& text : *body) {
    const std::string place = "[" + std::to_string(faults.size()) + "]";
    if (!text.is_string()) {
      throw Error(ErrorCode::validation_error,
                  place + ": expected a string, got " + json_type(&text));
    }
    faults.push_back(parse_api_fault(place, text.get_ref<const std::string&>(), routes));
  }
  emulator.faults().set(std::move(faults));
  return get_faults(emulator, request);
}

struct ControlRoute {
  std::string_view method;
  std::string_view path;
  WebResponse (*handle)(Emulator&, const WebRequest&);
};

constexpr std::array<ControlRoute, 9> kControlRoutes{{
    {"GET", "/_emulator/ready", get_ready},
    {"GET", "/_emulator/requests", get_requests},
    {"GET", "/_emulator/faults", get_faults},
    {"PUT", "/_emulator/faults", put_faults},
    {"GET", "/_emulator/clock", get_clock},
    {"POST", "/_emulator/clock", post_clock},
    {"GET", "/_emulator/state", get_state},
    {"PUT", "/_emulator/state", put_state},
    {"POST", "/_emulator/reset", reset},
}};

// HTTP/1.0 needs no Host.
bool names_this_machine(std::string_view authority) {
  return authority.empty() || is_loopback(lower_case(host_in(authority)));
}

}  // namespace

bool is_control_target(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  return path == kPrefix || (path.starts_with(kPrefix) && path[kPrefix.size()] == '/');
}

WebResponse control_response(Emulator& emulator, const WebRequest& request) {
  if (!request.header("Origin").empty()) {
    return error_response(401, "Requests of web pages are not accepted.");
  }
  // A web page could have made its own name one of this machine (DNS rebinding).
  if (emulator.options().only_local && !names_this_machine(request.header("Host"))) {
    return error_response(401, "Only requests to localhost, 127.0.0.1 or [::1] are accepted.");
  }
  const std::string path = request.target.substr(0, request.target.find('?'));
  for (const ControlRoute& route : kControlRoutes) {
    if (route.method != request.method || route.path != path) continue;
    try {
      const auto& key = emulator.options().key;
      if (key && route.handle != get_ready) authenticate(request.header("Authorization"), key);
      return route.handle(emulator, request);
    } catch (...) {
      return current_error_response();
    }
  }
  return error_response(404, "No such route: " + request.method + " " + path + ".");
}

}  // namespace slotflow
