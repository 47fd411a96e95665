#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <unordered_map>

#include "store/history_columns.h"
#include "store/history_condition.h"
#include "store/history_reader.h"

namespace slotflow {

namespace {

// Which endpoint a delivery is for, by its number (seq).
using Endpoints = std::unordered_map<std::int64_t, std::size_t>;

Endpoints count_deliveries(const Database& database, const HistoryFilter& filter,
                           std::vector<EndpointStats>& endpoints) {
  const HistoryCondition condition(filter);
  Statement statement = database.prepare("SELECT seq, url, state, attempts FROM delivery" +
                                         condition.sql() + " ORDER BY url");
  condition.bind(statement);
  Endpoints by_delivery;
  while (statement.step()) {
    std::string url = statement.text(1);
    if (endpoints.empty() || endpoints.back().url != url) {
      endpoints.emplace_back().url = std::move(url);
    }
    EndpointStats& endpoint = endpoints.back();
    ++endpoint.deliveries;
    switch (value_named<DeliveryState>(kDeliveryStateNames, statement.text(2))) {
      case DeliveryState::pending:
        ++endpoint.pending;
        break;
      case DeliveryState::delivered:
        ++endpoint.delivered;
        break;
      case DeliveryState::failed:
        ++endpoint.failed;
        break;
      case DeliveryState::expected:
        ++endpoint.expected;
        break;
    }
    endpoint.attempts += static_cast<std::size_t>(statement.number(3));
    by_delivery.emplace(statement.number(0), endpoints.size() - 1);
  }
  return by_delivery;
}

void count_attempts(const Database& database, const Endpoints& by_delivery,
                    std::vector<EndpointStats>& endpoints) {
  constexpr std::int64_t kSuccess = 200;
  constexpr std::int64_t kAfterSuccess = 300;
  Statement statement =
      database.prepare("SELECT delivery, duration_us, status, error FROM attempt");
  while (statement.step()) {
    const auto found = by_delivery.find(statement.number(0));
    if (found == by_delivery.end()) continue;
    EndpointStats& endpoint = endpoints[found->second];
    if (statement.is_null(2)) {
      ++endpoint.failures[statement.text(3)];
      continue;
    }
    endpoint.response_times.emplace_back(statement.number(1));
    const std::int64_t status = statement.number(2);
    if (status < kSuccess || status >= kAfterSuccess) {
      ++endpoint.failures[std::to_string(status)];
    }
  }
  for (EndpointStats& endpoint : endpoints) std::ranges::sort(endpoint.response_times);
}

}  // namespace

HistoryStats HistoryReader::stats(const HistoryFilter& filter) const {
  HistoryStats stats;
  stats.path = path_;
  if (database_ == nullptr) return stats;
  reading([&] {
    const ReadTransaction transaction(*database_);
    const Endpoints by_delivery = count_deliveries(*database_, filter, stats.endpoints);
    count_attempts(*database_, by_delivery, stats.endpoints);
    Statement whole = database_->prepare("SELECT count(*), min(created_at) FROM delivery");
    if (whole.step()) stats.deliveries = static_cast<std::size_t>(whole.number(0));
    if (stats.deliveries > 0) stats.oldest = timestamp_in(whole, 1);
  });
  for (const char* suffix : {"", "-wal"}) {  // the log has what was written last
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path_ + suffix, error);
    if (!error) stats.bytes += bytes;
  }
  return stats;
}

}  // namespace slotflow
