#include <algorithm>
#include <utility>
#include <vector>

#include "domain/json.h"
#include "domain/text.h"
#include "report/escape.h"
#include "report/history.h"
#include "report/json_parts.h"
#include "report/local_time.h"
#include "report/output.h"
#include "report/phrases.h"
#include "report/table.h"
#include "report/wrap.h"

namespace slotflow {

namespace {

// Of the deliveries that have ended; nullopt if there are none.
std::optional<double> success_rate(const EndpointStats& endpoint) {
  const std::size_t ended = endpoint.deliveries - endpoint.pending;
  if (ended == 0) return std::nullopt;
  return static_cast<double>(endpoint.delivered + endpoint.expected) / static_cast<double>(ended);
}

// Returns "98.5%". Rounds down, so that 100.0% means all.
std::string rate_text(const EndpointStats& endpoint) {
  const std::size_t ended = endpoint.deliveries - endpoint.pending;
  if (ended == 0) return "-";
  const std::size_t thousandths = (endpoint.delivered + endpoint.expected) * 1000 / ended;
  return with_tenths(static_cast<std::int64_t>(thousandths)) + "%";
}

std::string time_text(const EndpointStats& endpoint, unsigned percent) {
  const auto time = percentile(endpoint.response_times, percent);
  if (!time) return "-";
  std::string text = elapsed_text(*time);
  std::erase(text, ' ');  // no spaces within a cell
  return text;
}

// Returns "500:3,timeout:1", the most frequent one first.
std::string failures_text(const EndpointStats& endpoint) {
  std::vector<std::pair<std::string, std::size_t>> kinds(endpoint.failures.begin(),
                                                         endpoint.failures.end());
  std::ranges::sort(kinds, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  std::vector<std::string> texts;
  for (const auto& [kind, count] : kinds) texts.push_back(kind + ":" + std::to_string(count));
  return texts.empty() ? "-" : joined(texts, ",");
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::uint64_t kKibi = 1024;
  if (bytes < kKibi * kKibi) return std::to_string((bytes + kKibi - 1) / kKibi) + " KiB";
  return with_tenths(static_cast<std::int64_t>(bytes * 10 / (kKibi * kKibi))) + " MiB";
}

Json percentile_json(const EndpointStats& endpoint, unsigned percent) {
  const auto time = percentile(endpoint.response_times, percent);
  return time ? Json(milliseconds(*time)) : Json(nullptr);
}

}  // namespace

std::string text_of(const HistoryStats& stats, const Style& style) {
  std::string text;
  if (!stats.endpoints.empty()) {
    Table table({"URL", "DELIVERIES", "SUCCESS", "ATTEMPTS", "P50", "P90", "P99", "FAILURES"});
    for (const EndpointStats& endpoint : stats.endpoints) {
      table.add_row({endpoint.url, std::to_string(endpoint.deliveries), rate_text(endpoint),
                     std::to_string(endpoint.attempts), time_text(endpoint, 50),
                     time_text(endpoint, 90), time_text(endpoint, 99), failures_text(endpoint)});
    }
    text = table.render(style);
  }
  std::string whole = "History: " + counted(stats.deliveries, "delivery", "deliveries");
  if (stats.oldest) {
    whole += " since " + local_iso8601(*stats.oldest) + ", " + size_text(stats.bytes) + " in " +
             safe_line(stats.path);
  }
  return text + wrapped(whole, style.columns, 4) + '\n';
}

std::string json_of(const HistoryStats& stats) {
  std::string lines;
  for (const EndpointStats& endpoint : stats.endpoints) {
    Json json = Json::object();
    json["type"] = "endpoint";
    json["url"] = endpoint.url;
    json["deliveries"] = endpoint.deliveries;
    json["delivered"] = endpoint.delivered;
    json["failed"] = endpoint.failed;
    json["expected"] = endpoint.expected;
    json["pending"] = endpoint.pending;
    const auto rate = success_rate(endpoint);
    json["success_rate"] = rate ? Json(*rate) : Json(nullptr);
    json["attempts"] = endpoint.attempts;
    json["response_ms"] = {{"p50", percentile_json(endpoint, 50)},
                           {"p90", percentile_json(endpoint, 90)},
                           {"p99", percentile_json(endpoint, 99)}};
    json["failures"] = endpoint.failures;
    lines += json_line(json);
  }
  Json json = Json::object();
  json["type"] = "history";
  json["deliveries"] = stats.deliveries;
  json["oldest"] = stats.oldest ? Json(to_iso8601(*stats.oldest)) : Json(nullptr);
  json["bytes"] = stats.bytes;
  json["path"] = stats.path;
  return lines + json_line(json);
}

std::string text_of(const PrunedDeliveries& pruned, const Style& /*style*/) {
  return (pruned.is_dry_run ? "Would remove " : "Removed ") +
         counted(pruned.count, "delivery", "deliveries") + '\n';
}

std::string json_of(const PrunedDeliveries& pruned) {
  Json json = Json::object();
  json["type"] = "pruned";
  json["deliveries"] = pruned.count;
  json["dry_run"] = pruned.is_dry_run;
  return json_line(json);
}

}  // namespace slotflow
