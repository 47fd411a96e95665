#include "report/json_reporter.h"

#include "report/escape.h"
#include "report/json_values.h"
#include "report/request_json.h"

namespace slotflow {

namespace {

// JSON leaves DEL, C1 and bidi characters raw, and lines end up on terminals too. As \uXXXX they
// mean the same to every parser.
std::string line_of(const Json& json) {
  return safe_json(to_line(json)) + '\n';
}

}  // namespace

void JsonReporter::line(const Json& json) {
  writer_.write(line_of(json));
}

void JsonReporter::registered(const Webhook& webhook) {
  line(json_of(webhook));
}

void JsonReporter::listed(const WebhookListing& listing) {
  line(json_of(listing));
}

void JsonReporter::deleted(const Webhook& webhook) {
  Json json = Json::object();
  json["deleted"] = true;
  json["id"] = webhook.id;
  line(json);
}

void JsonReporter::plan(const PlanUsage& usage) {
  line(json_of(usage));
}

void JsonReporter::previewed(const RequestPreview& preview) {
  line(json_of(preview));
}

void JsonReporter::firing(const FireAnnouncement&) {}

void JsonReporter::attempt(const Attempt& attempt) {
  line(json_of(attempt));
}

void JsonReporter::delivery_summary(const DeliverySummary& summary) {
  line(json_of(summary));
}

void JsonReporter::listening(const Listening& listening) {
  line(json_of(listening));
}

std::size_t JsonReporter::requests(std::span<const ReceivedRequest> requests) {
  return writer_.write_each(requests, [](std::string& lines, const ReceivedRequest& request) {
    append_request_json(lines, request);
    lines += '\n';
  });
}

void JsonReporter::receiver_summary(const ReceiverSummary& summary) {
  line(json_of(summary));
}

void JsonReporter::verified(const SignatureCheck& check,
                            const std::optional<std::string>& diagnosis) {
  line(json_of(check, diagnosis));
}

void JsonReporter::checked(const CheckReport& report) {
  line(json_of(report));
}

void JsonReporter::check_summary(const CheckSummary& summary,
                                 std::span<const CheckReport> /*reports*/) {
  line(json_of(summary));
}

void JsonReporter::check_catalogue(std::span<const CheckInfo> checks) {
  for (const CheckInfo& info : checks) line(json_of(info));
}

void JsonReporter::check_explained(const CheckInfo& check) {
  line(json_of(check));
}

void JsonReporter::signed_header(const std::string& value) {
  Json json = Json::object();
  json["type"] = "signature";
  json["header"] = kSignatureHeader;
  json["value"] = value;
  line(json);
}

}  // namespace slotflow
