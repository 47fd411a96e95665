#include <cmath>

#include "domain/json.h"
#include "report/json_parts.h"
#include "report/load.h"
#include "report/output.h"

namespace slotflow {

namespace {

double thousandth(double value) {
  return std::round(value * 1000) / 1000;
}

// Null if there is no value.
Json times(const Histogram& histogram) {
  Json json = Json::object();
  const auto set = [&](const char* name, double microseconds) {
    json[name] = histogram.count() == 0 ? Json(nullptr) : Json(thousandth(microseconds / 1000));
  };
  const auto percentile = [&](double percent) {
    return static_cast<double>(histogram.percentile(percent).count());
  };
  set("min", static_cast<double>(histogram.min().count()));
  set("mean", histogram.mean());
  set("p50", percentile(50));
  set("p90", percentile(90));
  set("p95", percentile(95));
  set("p99", percentile(99));
  set("p999", percentile(99.9));
  set("max", static_cast<double>(histogram.max().count()));
  return json;
}

template <typename Number>
Json number_or_null(const std::optional<Number>& number) {
  return number ? Json(*number) : Json(nullptr);
}

Json settings(const LoadReport& report) {
  const LoadPlan& plan = report.plan;
  const auto duration = [](Duration d) { return Json(d.count()); };
  Json json = Json::object();
  json["urls"] = report.urls;
  json["rate"] = number_or_null(plan.rate);
  json["concurrency"] = plan.is_open() ? Json(nullptr) : Json(plan.concurrency);
  json["duration_ms"] = plan.duration ? duration(*plan.duration) : Json(nullptr);
  json["count"] = number_or_null(plan.count);
  json["ramp_ms"] = duration(plan.ramp);
  json["warmup_ms"] = duration(plan.warmup);
  json["max_in_flight"] = plan.max_in_flight;
  json["keepalive"] = plan.keep_alive;
  json["timeout_ms"] = duration(report.timeout);
  json["seed"] = number_or_null(report.seed);
  return json;
}

Json errors(const LoadFigures& figures) {
  Json json = Json::object();
  for (const auto& [kind, error] : figures.errors()) {
    json[std::string(to_string(kind))] = {{"count", error.count},
                                          {"first_at_ms", milliseconds(error.first_at)},
                                          {"example", or_null_if_empty(error.example)}};
  }
  return json;
}

}  // namespace

std::string json_of(const LoadReport& report) {
  const LoadFigures& figures = *report.figures;
  Json json = Json::object();
  json["type"] = "load";
  json["schema"] = 1;
  json["event"] = report.event;
  json["settings"] = settings(report);
  json["asked"] = figures.asked();
  json["started"] = figures.started();
  json["late"] = figures.late();
  json["dropped"] = figures.dropped();
  json["answered"] = figures.answered();
  json["succeeded"] = figures.succeeded();
  json["failed"] = figures.failed();
  json["unfinished"] = figures.unfinished();
  json["rate_asked"] = number_or_null(report.rate.asked);
  json["rate"] = std::round(report.rate.reached * 1e6) / 1e6;
  json["duration_ms"] = milliseconds(report.elapsed);
  Json& statuses = json["statuses"] = Json::object();
  for (const auto& [status, count] : figures.statuses()) statuses[std::to_string(status)] = count;
  json["errors"] = errors(figures);
  json["latency_ms"] = times(figures.latency());
  json["service_ms"] = times(figures.service());
  json["start_delay_ms"] = times(figures.start_delay());
  Json& gates = json["gates"] = Json::array();
  for (const LoadGateResult& gate : report.gates) {
    gates.push_back(
        {{"gate", gate.gate}, {"measured", or_null_if_empty(gate.measured)}, {"met", gate.met}});
  }
  json["warnings"] = report.warnings;
  return json_line(json);
}

}  // namespace slotflow
