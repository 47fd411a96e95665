#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "store/history_columns.h"
#include "store/history_condition.h"
#include "store/history_reader.h"

namespace slotflow {

namespace {

using Endpoints = std::map<std::string, EndpointStats>;  // by URL
// Which endpoint a delivery is for, by its number (seq).
using ByDelivery = std::unordered_map<std::int64_t, EndpointStats*>;

std::size_t& count_in_state(EndpointStats& endpoint, DeliveryState state) {
  switch (state) {
    case DeliveryState::pending:
      return endpoint.pending;
    case DeliveryState::delivered:
      return endpoint.delivered;
    case DeliveryState::failed:
      return endpoint.failed;
    case DeliveryState::expected:
      break;
  }
  return endpoint.expected;
}

// Reads the rows in their own order: a million in the order of an index would take much longer.
ByDelivery count_deliveries(const Database& database, const HistoryFilter& filter,
                            Endpoints& endpoints) {
  constexpr int kIntact = 4;
  const HistoryCondition condition(filter);
  Statement statement =
      database.prepare("SELECT seq, url, state, attempts, " + std::string(kDeliveryIsIntact) +
                       " FROM delivery" + condition.sql());
  condition.bind(statement);
  ByDelivery by_delivery;
  while (statement.step()) {
    expect_intact(statement, kIntact);
    EndpointStats& endpoint = endpoints[statement.text(1)];
    ++endpoint.deliveries;
    ++count_in_state(endpoint, value_named<DeliveryState>(kDeliveryStateNames, statement.text(2)));
    endpoint.attempts += static_cast<std::size_t>(statement.number(3));
    by_delivery.emplace(statement.number(0), &endpoint);
  }
  return by_delivery;
}

void count_attempts(const Database& database, const ByDelivery& by_delivery) {
  constexpr int kIntact = 4;
  constexpr std::int64_t kSuccess = 200;
  constexpr std::int64_t kAfterSuccess = 300;
  Statement statement = database.prepare("SELECT delivery, duration_us, status, error, " +
                                         std::string(kAttemptIsIntact) + " FROM attempt");
  while (statement.step()) {
    const auto found = by_delivery.find(statement.number(0));
    if (found == by_delivery.end()) continue;
    expect_intact(statement, kIntact);
    EndpointStats& endpoint = *found->second;
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
}

}  // namespace

HistoryStats HistoryReader::stats(const HistoryFilter& filter) const {
  HistoryStats stats;
  stats.path = path_;
  if (database_ == nullptr) return stats;
  reading([&] {
    const ReadTransaction transaction(*database_);
    Endpoints endpoints;
    count_attempts(*database_, count_deliveries(*database_, filter, endpoints));
    for (auto& [url, endpoint] : endpoints) {
      endpoint.url = url;
      std::ranges::sort(endpoint.response_times);
      stats.endpoints.push_back(std::move(endpoint));
    }
    stats.deliveries = static_cast<std::size_t>(database_->number("SELECT count(*) FROM delivery"));
    Statement oldest = database_->prepare("SELECT created_at, " + std::string(kDeliveryIsIntact) +
                                          " FROM delivery ORDER BY created_at LIMIT 1");
    if (!oldest.step()) return;
    expect_intact(oldest, 1);
    stats.oldest = timestamp_in(oldest, 0);
  });
  for (const char* suffix : {"", "-wal"}) {  // the log has what was written last
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path_ + suffix, error);
    if (!error) stats.bytes += bytes;
  }
  return stats;
}

}  // namespace slotflow
