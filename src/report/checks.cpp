#include "report/checks.h"

#include "report/check_text.h"
#include "report/json_parts.h"
#include "report/output.h"

namespace slotflow {

namespace {

Json info_json(const CheckInfo& info) {
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

}  // namespace

std::string text_of(const CheckPlan& /*plan*/, const Style& /*style*/) {
  return "";
}

std::string text_of(const CheckAbort& /*abort*/, const Style& /*style*/) {
  return "";
}

std::string json_of(const CheckPlan& /*plan*/) {
  return "";
}

std::string json_of(const CheckAbort& /*abort*/) {
  return "";
}

std::string text_of(const CheckReport& report, const Style& style) {
  return check_line(report, style);
}

std::string text_of(const CheckResults& results, const Style& style) {
  return check_failures_text(results.reports, style) + check_summary_text(results.summary, style);
}

std::string text_of(const CheckCatalogue& catalogue, const Style& style) {
  return check_catalogue_text(catalogue.checks, style);
}

std::string json_of(const CheckReport& report) {
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
  json["duration_ms"] = milliseconds(report.duration);
  if (failed) json["curl"] = or_null(report.curl);
  return json_line(json);
}

std::string json_of(const CheckResults& results) {
  const CheckSummary& summary = results.summary;
  Json json = Json::object();
  json["type"] = "summary";
  json["passed"] = summary.passed;
  json["failed_must"] = summary.failed_must;
  json["failed_should"] = summary.failed_should;
  json["skipped"] = summary.skipped;
  json["unfinished"] = summary.unfinished;
  return json_line(json);
}

std::string json_of(const CheckCatalogue& catalogue) {
  std::string lines;
  for (const CheckInfo& info : catalogue.checks) lines += json_line(info_json(info));
  return lines;
}

}  // namespace slotflow
