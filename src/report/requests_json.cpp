#include "domain/base64.h"
#include "domain/json.h"
#include "domain/utf8.h"
#include "report/handler_response.h"
#include "report/json_line.h"
#include "report/json_parts.h"
#include "report/output.h"
#include "report/requests.h"
#include "report/signatures.h"

namespace slotflow {

namespace {

// Writes text(name) and text(value) of each header.
template <class Text>
void append_headers(std::string& out, const std::vector<Header>& headers, Text text) {
  out += '[';
  for (const Header& header : headers) {
    if (out.back() != '[') out += ',';
    out += '[';
    append_json_string(out, text(header.name));
    out += ',';
    append_json_string(out, text(header.value));
    out += ']';
  }
  out += ']';
}

void append_path_and_headers(JsonLine& line, const ReceivedRequest& request) {
  line.text("path", request.path);
  if (!is_utf8(request.path)) line.text("path_base64", base64(request.path));
  append_headers(line.raw("headers"), request.headers,
                 [](const std::string& text) -> const std::string& { return text; });
  if (are_utf8(request.headers)) return;
  append_headers(line.raw("headers_base64"), request.headers,
                 [](const std::string& text) { return base64(text); });
}

void append_response(std::string& out, const ReceivedRequest& request) {
  JsonLine line(out);
  if (request.status && !request.given_up_after) {
    line.number("status", *request.status);
  } else {
    line.null("status");
  }
  if (request.fault != nullptr) {
    line.text("fault", request.fault->name);
  } else {
    line.null("fault");
  }
  line.number("delay_ms", request.delay.count());
  if (request.given_up_after) {
    line.raw("given_up_after_ms") += to_line(milliseconds(*request.given_up_after));
  }
  line.end();
}

// Adds why the signature is not valid: null if it is, or if there is nothing to say.
void append_diagnosis(JsonLine& line, const ReceivedRequest& request) {
  const std::string& reason = request.signature.reason;
  line.text_or_null("signature_reason", reason.empty() ? std::nullopt : std::optional(reason));
  line.text_or_null("signature_diagnosis", diagnosis_of(request));
}

}  // namespace

std::string json_of(const Listening& listening) {
  Json json = Json::object();
  json["type"] = "listening";
  json["url"] = listening.url;
  json["port"] = listening.port;
  json["ui"] = or_null(listening.ui);
  return json_line(json);
}

std::string json_of(const ReceivedRequest& request) {
  std::string out;
  JsonLine line(out);
  line.text("type", "request")
      .number("n", static_cast<std::int64_t>(request.n))
      .text("at", to_iso8601(request.at))
      .text("method", request.method);
  append_path_and_headers(line, request);
  // The body of a request that was rejected may not have been read.
  const bool unread = request.malformed && request.body.empty();
  if (unread) {
    line.null("body").null("body_base64");
  } else if (is_utf8(request.body)) {
    line.text("body", request.body).null("body_base64");
  } else {
    line.null("body").text("body_base64", base64(request.body));
  }
  line.text_or_null("event", request.event)
      .text_or_null("booking_id", request.booking_id)
      .text("signature", to_string(request.signature.verdict));
  append_diagnosis(line, request);
  line.boolean("duplicate", request.duplicate_of_age.has_value());
  append_response(line.raw("answer"), request);
  append_forwarded(line.raw("forwarded"), request);
  if (request.malformed) line.text("malformed", *request.malformed);
  line.end();
  out += '\n';
  return out;
}

std::string json_of(const VerboseRequest& request) {
  return json_of(*request.request);
}

std::string json_of(const ReceiverSummary& summary) {
  Json json = Json::object();
  json["type"] = "summary";
  json["requests"] = summary.requests;
  json["accepted"] = summary.accepted;
  json["failed"] = summary.failed;
  json["duplicates"] = summary.duplicates;
  json["bad_signatures"] = summary.bad_signatures;
  json["answers"] = Json::object();
  for (const auto& [status, count] : summary.statuses) {
    json["answers"][std::to_string(status)] = count;
  }
  json["faults"] = Json::object();
  for (const auto& [fault, count] : summary.faults) json["faults"][std::string(fault)] = count;
  json["seed"] = summary.seed ? Json(*summary.seed) : Json(nullptr);
  json["distinct"] = summary.distinct;
  json["expect"] = summary.expect ? Json(*summary.expect) : Json(nullptr);
  json["ended"] = summary.ended ? Json(to_string(*summary.ended)) : Json(nullptr);
  if (summary.not_shown > 0) json["not_shown"] = summary.not_shown;
  return json_line(json);
}

}  // namespace slotflow
