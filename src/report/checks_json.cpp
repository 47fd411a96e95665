#include "report/checks.h"
#include "report/json_parts.h"
#include "report/output.h"

namespace slotflow {

std::string json_of(const CheckPlan& /*plan*/) {
  return "";
}

std::string json_of(const CheckAbort& /*abort*/) {
  return "";
}

std::string json_of(const CheckRest& /*rest*/) {
  return "";
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
  json["reason"] = or_null_if_empty(results.reason);
  return json_line(json);
}

std::string json_of(const CheckCatalogue& catalogue) {
  std::string lines;
  for (const CheckInfo& info : catalogue.checks) lines += json_of(info);
  return lines;
}

std::string json_of(const CheckInfo& info) {
  Json json = Json::object();
  json["type"] = "check_info";
  json["id"] = info.id;
  json["section"] = info.section();
  json["level"] = to_string(info.level);
  json["title"] = info.title;
  json["requirement"] = info.requirement;
  json["source"] = info.source;
  json["remedy"] = info.remedy;
  return json_line(json);
}

}  // namespace slotflow
