#include "api/emulator.h"

#include <utility>

#include "api/authentication.h"
#include "api/control.h"
#include "api/error.h"
#include "domain/ascii.h"
#include "domain/json.h"
#include "domain/status_text.h"
#include "web/target.h"

namespace slotflow {

namespace {

std::string name_of(const Route& route) {
  return std::string(route.method) + " " + std::string(route.pattern);
}

std::vector<Header> without_key(std::vector<Header> headers) {
  for (Header& header : headers) {
    if (same_without_case(header.name, "Authorization")) header.value = "(hidden)";
  }
  return headers;
}

WebReply simulated(const ApiFault& fault) {
  WebReply reply;
  if (fault.kind == ApiFault::Kind::timeout) reply.ending = WebReply::Ending::timeout;
  if (fault.kind == ApiFault::Kind::reset) reply.ending = WebReply::Ending::reset;
  reply.response = error_response(fault.status, "Simulated failure: " + fault.what() + ".");
  return reply;
}

void note_response(const WebReply& reply, ApiCall& call) {
  call.delay = reply.delay;
  if (reply.ending != WebReply::Ending::response) return;
  call.status = reply.response.status;
  if (is_success(reply.response.status)) return;
  const auto body = try_parse_json(reply.response.body);
  const Json* error = body ? find_field(*body, "error") : nullptr;
  if (error == nullptr) return;
  if (const std::string* code = find_string(*error, "code")) call.error = *code;
  if (const std::string* message = find_string(*error, "message")) call.message = *message;
}

}  // namespace

std::vector<std::string> api_route_names() {
  std::vector<std::string> names;
  for (const Route& route : api_routes()) names.push_back(name_of(route));
  return names;
}

Emulator::Emulator(EmulatorOptions options, ApiResources& resources, Log log)
    : options_(std::move(options)),
      resources_(resources),
      log_(std::move(log)),
      faults_(options_.seed) {
  faults_.set(options_.faults);
}

WebReply Emulator::respond(WebRequest request) {
  try {
    return reply(std::move(request));
  } catch (...) {  // out of memory, or of what the system has
    return {current_error_response()};
  }
}

WebReply Emulator::reply(WebRequest request) {
  if (is_control_target(request.target)) return {control_response(*this, request)};
  ApiCall call;
  call.n = ++arrived_;
  call.at = resources_.clock.now();
  call.method = request.method;
  call.target = request.target;
  call.headers = without_key(request.headers);
  const auto match = find_route(api_routes(), request.method, request.target);
  if (match) call.route = name_of(*match->route);
  WebReply result = reply_to(request, match, call);
  result.delay = options_.latency;
  note_response(result, call);
  call.body = std::move(request.body);
  report(call);
  return result;
}

WebReply Emulator::reply_to(WebRequest& request, const std::optional<RouteMatch>& match,
                            ApiCall& call) {
  if (request.malformed) return {error_response(422, *request.malformed)};
  if (!match) {
    return {error_response(404, "No such route: " + request.method + " " +
                                    request.target.substr(0, request.target.find('?')) + ".")};
  }
  request.parameters = match->parameters;
  request.query = query_fields(request.target);
  const auto fault = faults_.next(*call.route);
  if (fault) call.simulated = fault->what();
  if (fault && !fault->commits) return simulated(*fault);
  const WebResponse response = carry_out(request, *match->route);
  if (fault && is_success(response.status)) return simulated(*fault);
  // Nothing is committed by a request that is refused.
  if (fault) faults_.put_back(*fault);
  call.simulated.reset();
  return {response};
}

WebResponse Emulator::carry_out(const WebRequest& request, const Route& route) {
  try {
    authenticate(request.header("Authorization"), options_.key);
    return route.handle(request, resources_);
  } catch (...) {
    return current_error_response();
  }
}

void Emulator::report(const ApiCall& call) {
  {
    const std::lock_guard lock(mutex_);
    ++counts_.requests;
    const bool succeeded = call.status && is_success(*call.status);
    ++(succeeded ? counts_.succeeded : counts_.failed);
    if (call.simulated) ++counts_.simulated;
  }
  recent_.add(call);
  if (log_) log_(call);
}

void Emulator::reset() {
  resources_.deliveries.end_all();
  resources_.deliveries.freeze_clock(false);
  resources_.deliveries.change_clock([](Timestamp) { return SystemClock().now(); });
  set_state(resources_, options_.initial);
  resources_.ids.restart();
  faults_.set(options_.faults);
  recent_.clear();
}

ApiCallCounts Emulator::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace slotflow
