// The page of load --report.
#include <cmath>

#include "domain/json.h"
#include "report/json_parts.h"
#include "report/load_files.h"
#include "report/load_page.h"

namespace slotflow {

namespace {

Json interval_json(const LoadInterval& interval) {
  Json json = Json::object();
  json["started"] = interval.started;
  json["answered"] = interval.answered;
  json["failed"] = interval.failed;
  json["dropped"] = interval.dropped;
  json["errors"] = interval.errors;
  Json& statuses = json["statuses"] = Json::object();
  for (const auto& [status, count] : interval.statuses) statuses[std::to_string(status)] = count;
  const auto set = [&](const char* name, double percent) {
    json[name] = interval.latency.count() == 0
                     ? Json(nullptr)
                     : Json(milliseconds(interval.latency.percentile(percent)));
  };
  set("p50", 50);
  set("p90", 90);
  set("p99", 99);
  set("max", 100);
  return json;
}

// Returns percentiles from 0 to where only one event is above.
Json curve_json(const LoadFigures& figures) {
  constexpr int kPerNine = 20;  // points between 90 % and 99 %
  Json json = Json::array();
  const auto events = static_cast<double>(figures.latency().count());
  if (events == 0) return json;
  const int last = static_cast<int>(std::ceil(std::log10(events) * kPerNine));
  for (int i = 0; i <= last; ++i) {
    const double percent = 100 - 100 / std::pow(10, static_cast<double>(i) / kPerNine);
    json.push_back({{"percent", percent},
                    {"latency_ms", milliseconds(figures.latency().percentile(percent))},
                    {"service_ms", milliseconds(figures.service().percentile(percent))}});
  }
  return json;
}

// In a script element, "<" could begin another tag; U+2028 was a line break in older JavaScript.
std::string for_script(const Json& json) {
  std::string text;
  for (const char c : json.dump(-1, ' ', true)) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

void replace(std::string& text, std::string_view name, std::string_view value) {
  const std::size_t at = text.find(name);
  text.replace(at, name.size(), value);
}

}  // namespace

bool has_load_page() {
  return kChartLibrary.size() > 1;
}

std::string html_of(const LoadReport& report, Timestamp began) {
  Json data = Json::object();
  data["report"] = *try_parse_json(json_of(report));
  data["began"] = to_iso8601(began);
  data["meaning"] = meaning_of_latency(report.plan);
  const auto length = std::chrono::floor<Duration>(report.figures->interval_length());
  data["interval_ms"] = length.count();
  Json& intervals = data["intervals"] = Json::array();
  for (const LoadInterval& interval : report.figures->intervals()) {
    intervals.push_back(interval_json(interval));
  }
  data["curve"] = curve_json(*report.figures);
  std::string chart;
  for (const std::string_view piece : kChartLibrary) chart += piece;
  std::string page(kLoadPageHtml);
  // From the end, so that what is put in is not searched.
  replace(page, "@script@", kLoadPageScript);
  replace(page, "@chart@", chart);
  replace(page, "@report@", for_script(data));
  replace(page, "@style@", kLoadPageStyle);
  return page;
}

}  // namespace slotflow
