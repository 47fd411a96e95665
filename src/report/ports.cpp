#include "report/ports.h"

#include "domain/failure_hint.h"
#include "report/escape.h"
#include "report/json_parts.h"
#include "report/output.h"
#include "report/phrases.h"
#include "report/wrap.h"

namespace slotflow {

namespace {

std::string advice_about(const PortReport& report, const Style& style) {
  const Url& url = report.url;
  const std::string hint = hint_for(*report.state.failure, url.https, kSlotflowTimeout, url.port);
  return wrapped("    " + hint, style.columns, 4) + '\n';
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
         safe_line(no_connection_reason(*report.state.failure)) + address + '\n' +
         advice_about(report, style);
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
