#include "report/ports.h"

#include "report/escape.h"
#include "report/json_parts.h"
#include "report/output.h"
#include "report/phrases.h"

namespace slotflow {

namespace {

std::string advice_about(const PortReport& report) {
  const std::string port = std::to_string(report.url.port);
  switch (report.state.failure->kind) {
    case FailureKind::connection_refused:
      return "check that the handler is running and listens on port " + port;
    case FailureKind::dns:
      return "check the spelling of the host, and that this machine can resolve it";
    default:
      return "check the address, the network, and whether a firewall blocks port " + port;
  }
}

// Returns the address that was tried; empty if the URL shows it already.
std::string address_in_brackets(const PortReport& report, const Style& style) {
  const std::string& address = report.state.address;
  if (address.empty() || report.url.to_string().find("//" + address) != std::string::npos) {
    return "";
  }
  return " " + style.dim("(" + safe_line(address) + ")");
}

}  // namespace

std::string text_of(const PortReport& report, const Style& style) {
  const std::string url = safe_line(report.url.to_string());
  const std::string duration = elapsed_text(report.state.duration);
  const std::string address = address_in_brackets(report, style);
  if (report.state.accepts()) {
    return url + "  " + style.green("accepts connections") + address + " after " + duration + '\n';
  }
  return url + "  " + style.red("no connection") + " in " + duration + ": " +
         safe_line(no_connection_reason(*report.state.failure)) + address + "\n    " +
         safe_line(advice_about(report)) + '\n';
}

std::string json_of(const PortReport& report) {
  const PortState& state = report.state;
  Json json = Json::object();
  json["type"] = "port";
  json["url"] = report.url.to_string();
  json["accepts"] = state.accepts();
  json["address"] = or_null_if_empty(state.address);
  json["tries"] = state.tries;
  json["duration_ms"] = milliseconds(state.duration);
  json["error"] = state.accepts() ? Json(nullptr) : Json(to_string(state.failure->kind));
  json["detail"] = state.accepts() ? Json(nullptr) : or_null_if_empty(state.failure->detail);
  return json_line(json);
}

}  // namespace slotflow
