#include "report/json_values.h"

#include <algorithm>

#include "domain/base64.h"
#include "domain/utf8.h"
#include "domain/webhook_json.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxResponseShown = 4096;  // bytes of `response_body`

Json or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json or_null_if_empty(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json pairs(const std::vector<Header>& headers) {
  Json list = Json::array();
  for (const Header& header : headers) {
    list.push_back(Json::array({header.name, header.value}));
  }
  return list;
}

// `text` as the member `name`. Where it is not UTF-8, which JSON cannot hold, its exact bytes stand
// beside it.
void add_text(Json& json, const std::string& name, const std::string& text) {
  json[name] = text;
  if (!is_utf8(text)) json[name + "_base64"] = base64(text);
}

void add_headers(Json& json, const std::string& name, const std::vector<Header>& headers) {
  json[name] = pairs(headers);
  if (are_utf8(headers)) return;
  std::vector<Header> encoded;
  for (const Header& header : headers) {
    encoded.push_back({base64(header.name), base64(header.value)});
  }
  json[name + "_base64"] = pairs(encoded);
}

// Of a response's body so much as is shown.
void add_response_body(Json& json, const Response* response) {
  if (response == nullptr) {
    json["response_body"] = nullptr;
    return;
  }
  add_text(json, "response_body", std::string(utf8_prefix(response->body, kMaxResponseShown)));
}

}  // namespace

bool are_utf8(const std::vector<Header>& headers) {
  return std::ranges::all_of(
      headers, [](const Header& header) { return is_utf8(header.name) && is_utf8(header.value); });
}

Json json_of(const WebhookListing& listing) {
  Json webhooks = Json::array();
  for (const Webhook& webhook : listing.webhooks) {
    Json json = json_of(webhook);
    if (!listing.show_secrets) json["signing_secret"] = masked_secret(webhook.signing_secret);
    webhooks.push_back(std::move(json));
  }
  Json json = Json::object();
  json["webhooks"] = std::move(webhooks);
  json["total"] = listing.webhooks.size();
  return json;
}

Json json_of(const PlanUsage& usage) {
  const PlanInfo& plan = info(usage.plan);
  Json json = Json::object();
  json["plan"] = plan.name;
  json["limit"] = plan.limit ? Json(*plan.limit) : Json(nullptr);
  json["used"] = usage.used;
  return json;
}

Json json_of(const RequestPreview& preview) {
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
  return json;
}

Json json_of(const Attempt& attempt) {
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
  json["duration_ms"] = static_cast<double>(reply.duration.count()) / 1000.0;
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

Json json_of(const DeliverySummary& summary) {
  Json json = Json::object();
  json["type"] = "summary";
  json["deliveries"] = summary.deliveries;
  json["delivered"] = summary.delivered;
  json["failed"] = summary.failed;
  json["unfinished"] = summary.unfinished;
  json["attempts"] = summary.attempts;
  return json;
}

Json json_of(const Listening& listening) {
  Json json = Json::object();
  json["type"] = "listening";
  json["url"] = listening.url;
  json["port"] = listening.port;
  return json;
}

Json json_of(const Reply& reply) {
  const Response* response = reply.response();
  const Failure* failure = reply.failure();
  Json json = Json::object();
  json["status"] = response != nullptr ? Json(response->status) : Json(nullptr);
  json["error"] = failure != nullptr ? Json(to_string(failure->kind)) : Json(nullptr);
  json["duration_ms"] = static_cast<double>(reply.duration.count()) / 1000.0;
  return json;
}

Json json_of(const ReceiverSummary& summary) {
  Json json = Json::object();
  json["type"] = "summary";
  json["requests"] = summary.requests;
  json["accepted"] = summary.accepted;
  json["failed"] = summary.failed;
  json["duplicates"] = summary.duplicates;
  json["bad_signatures"] = summary.bad_signatures;
  json["answers"] = Json::object();
  for (const auto& [status, count] : summary.answers) {
    json["answers"][std::to_string(status)] = count;
  }
  json["faults"] = Json::object();
  for (const auto& [fault, count] : summary.faults) json["faults"][std::string(fault)] = count;
  json["seed"] = summary.seed ? Json(*summary.seed) : Json(nullptr);
  if (summary.not_shown > 0) json["not_shown"] = summary.not_shown;
  return json;
}

Json json_of(const CheckReport& report) {
  Json json = Json::object();
  json["type"] = "check";
  json["id"] = report.info.id;
  json["section"] = report.info.section();
  json["level"] = to_string(report.info.level);
  json["result"] = to_string(report.verdict);
  json["expected"] = or_null_if_empty(report.expected);
  json["observed"] = or_null_if_empty(report.observed);
  const bool failed = report.verdict == CheckVerdict::failed;
  json["remedy"] = failed ? Json(report.remedy) : Json(nullptr);
  json["source"] = report.info.source;
  json["duration_ms"] = static_cast<double>(report.duration.count()) / 1000.0;
  if (failed) json["curl"] = or_null(report.curl);
  return json;
}

Json json_of(const CheckSummary& summary) {
  Json json = Json::object();
  json["type"] = "summary";
  json["passed"] = summary.passed;
  json["failed_must"] = summary.failed_must;
  json["failed_should"] = summary.failed_should;
  json["skipped"] = summary.skipped;
  json["unfinished"] = summary.unfinished;
  return json;
}

Json json_of(const CheckInfo& info) {
  Json json = Json::object();
  json["type"] = "check_info";
  json["id"] = info.id;
  json["section"] = info.section();
  json["level"] = to_string(info.level);
  json["title"] = info.title;
  json["requirement"] = info.requirement;
  json["source"] = info.source;
  json["remedy"] = info.remedy;
  return json;
}

Json json_of(const SignatureCheck& check, const std::optional<std::string>& diagnosis) {
  Json json = Json::object();
  json["type"] = "verdict";
  json["signature"] = to_string(check.verdict);
  json["reason"] = or_null_if_empty(check.reason);
  json["diagnosis"] = or_null(diagnosis);
  return json;
}

}  // namespace slotflow
