#include "domain/base64.h"
#include "domain/utf8.h"
#include "report/deliveries.h"
#include "report/json_parts.h"
#include "report/output.h"

namespace slotflow {

namespace {

// Adds the beginning of the response's body.
void add_response_body(Json& json, const Response* response) {
  if (response == nullptr) {
    json["response_body"] = nullptr;
    return;
  }
  add_text(json, "response_body", std::string(utf8_prefix(response->body, kMaxResponseShown)));
}

Json json_of_attempt(const Attempt& attempt) {
  const Reply& reply = attempt.reply;
  const Response* response = reply.response();
  const Failure* failure = reply.failure();
  Json json = Json::object();
  json["type"] = "attempt";
  json["delivery_id"] = attempt.delivery_id;
  json["webhook_id"] = or_null(attempt.webhook_id);
  json["url"] = attempt.url;
  json["event"] = attempt.event;
  json["booking_id"] = or_null(attempt.booking_id);
  json["attempt"] = attempt.number;
  json["at"] = to_iso8601(attempt.at);
  json["address"] = or_null_if_empty(reply.address);
  json["duration_ms"] = milliseconds(reply.duration);
  json["status"] = response != nullptr ? Json(response->status) : Json(nullptr);
  json["error"] = failure != nullptr ? Json(to_string(failure->kind)) : Json(nullptr);
  json["detail"] = failure != nullptr ? or_null_if_empty(failure->detail) : Json(nullptr);
  if (response != nullptr) {
    add_headers(json, "response_headers", response->headers);
  } else {
    json["response_headers"] = nullptr;
  }
  add_response_body(json, response);
  json["outcome"] = to_string(attempt.outcome);
  json["next_attempt_in_ms"] =
      attempt.next_attempt_in ? Json(attempt.next_attempt_in->count()) : Json(nullptr);
  return json;
}

}  // namespace

std::string json_of(const FireAnnouncement& /*announcement*/) {
  return "";
}

std::string json_of(const RequestPreview& preview) {
  const bool text = is_utf8(preview.body);
  Json json = Json::object();
  json["type"] = "preview";
  json["url"] = preview.url;
  json["method"] = preview.method;
  add_text(json, "path", preview.target);
  add_headers(json, "headers", preview.headers);
  json["body"] = text ? Json(preview.body) : Json(nullptr);
  json["body_base64"] = text ? Json(nullptr) : Json(base64(preview.body));
  json["curl"] = or_null(preview.curl);
  return json_line(json);
}

std::string json_of(const Attempt& attempt) {
  return json_line(json_of_attempt(attempt));
}

std::string json_of(const AttemptRecord& record) {
  Json json = json_of_attempt(record.attempt);
  json["trigger"] = to_string(record.trigger);
  json["signed_at"] = record.signed_at ? Json(*record.signed_at) : Json(nullptr);
  return json_line(json);
}

std::string json_of(const DeliverySummary& summary) {
  Json json = Json::object();
  json["type"] = "summary";
  json["deliveries"] = summary.deliveries;
  json["delivered"] = summary.delivered;
  json["failed"] = summary.failed;
  json["expected"] = summary.expected;
  json["unfinished"] = summary.unfinished;
  json["attempts"] = summary.attempts;
  return json_line(json);
}

}  // namespace slotflow
