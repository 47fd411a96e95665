#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <future>
#include <iterator>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "store/history_columns.h"
#include "store/history_condition.h"
#include "store/history_file.h"
#include "store/history_reader.h"
#include "store/history_snapshot.h"

namespace slotflow {

namespace {

// What is counted of one endpoint.
struct Counted {
  EndpointStats stats;
  std::map<std::int64_t, std::size_t> statuses;            // of attempts that failed
  std::map<std::string, std::size_t, std::less<>> errors;  // of attempts without a response
};
using Endpoints = std::map<std::string, Counted, std::less<>>;  // by URL

template <typename Map>
auto& value_at(Map& map, std::string_view key) {
  const auto found = map.find(key);
  return found != map.end() ? found->second : map[std::string(key)];
}

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

// The attempts in the order of their deliveries.
class AttemptRows {
 public:
  explicit AttemptRows(const Database& database)
      : rows_(database.prepare("SELECT delivery, duration_us, status, error, " +
                               std::string(kAttemptIsIntact) +
                               " FROM attempt WHERE delivery >= ? ORDER BY delivery, number")) {}

  // Counts the attempts of this delivery, whose number (seq) is higher than that of the last one,
  // and returns how many there are.
  std::size_t count(std::int64_t delivery, Counted& endpoint) {
    std::size_t found = 0;
    for (go_to(delivery); delivery_ == delivery; step(), ++found) add_to(endpoint);
    return found;
  }

 private:
  void step() {
    delivery_ = rows_.step() ? rows_.number(0) : std::numeric_limits<std::int64_t>::max();
  }

  // To pass a few rows takes less time than to search.
  void go_to(std::int64_t delivery) {
    constexpr int kFew = 8;
    for (int i = 0; is_begun_ && delivery_ < delivery && i < kFew; ++i) step();
    if (is_begun_ && delivery_ >= delivery) return;
    rows_.reset();
    rows_.bind(1, delivery);
    is_begun_ = true;
    step();
  }

  void add_to(Counted& endpoint) const {
    constexpr int kIntact = 4;
    constexpr std::int64_t kSuccess = 200;
    constexpr std::int64_t kAfterSuccess = 300;
    expect_intact(rows_, kIntact);
    if (rows_.is_null(2)) {
      ++value_at(endpoint.errors, rows_.view(3));
      return;
    }
    endpoint.stats.response_times.emplace_back(rows_.number(1));
    const std::int64_t status = rows_.number(2);
    if (status < kSuccess || status >= kAfterSuccess) ++endpoint.statuses[status];
  }

  Statement rows_;
  bool is_begun_ = false;
  std::int64_t delivery_ = 0;  // of the row that is next
};

// A part of the deliveries, by their numbers (seq), both inclusive.
struct Part {
  std::int64_t first, last;
};

// Reads both tables once, in the order of their rows: the order of an index would take much longer.
Endpoints count_part(const Database& database, const HistoryFilter& filter, Part part) {
  constexpr int kIntact = 4;
  const HistoryCondition condition(filter);
  const int next = condition.parameters() + 1;
  const std::string where = condition.where();
  Statement statement = database.prepare(
      "SELECT seq, url, state, attempts, " + std::string(kDeliveryIsIntact) + " AND " +
      condition.sql() + " FROM delivery" + (where.empty() ? " WHERE" : where + " AND") +
      " seq BETWEEN ?" + std::to_string(next) + " AND ?" + std::to_string(next + 1) +
      " ORDER BY seq");
  condition.bind(statement);
  statement.bind(next, part.first).bind(next + 1, part.last);
  AttemptRows attempts(database);
  Endpoints endpoints;
  while (statement.step()) {
    expect_intact(statement, kIntact);
    Counted& endpoint = value_at(endpoints, statement.view(1));
    const std::size_t found = attempts.count(statement.number(0), endpoint);
    if (found != static_cast<std::size_t>(statement.number(3))) {
      throw_damaged("an attempt in it is missing");
    }
    ++endpoint.stats.deliveries;
    endpoint.stats.attempts += found;
    ++count_in_state(endpoint.stats,
                     value_named<DeliveryState>(kDeliveryStateNames, statement.view(2)));
  }
  for (auto& [url, endpoint] : endpoints) std::ranges::sort(endpoint.stats.response_times);
  return endpoints;
}

void add(EndpointStats& sum, EndpointStats& part) {
  for (const auto count :
       {&EndpointStats::deliveries, &EndpointStats::delivered, &EndpointStats::failed,
        &EndpointStats::pending, &EndpointStats::expected, &EndpointStats::attempts}) {
    sum.*count += part.*count;
  }
  auto& times = sum.response_times;
  std::vector<std::chrono::microseconds> merged;
  merged.reserve(times.size() + part.response_times.size());
  std::ranges::merge(times, part.response_times, std::back_inserter(merged));
  times = std::move(merged);
}

void add_part(std::map<std::string, EndpointStats>& endpoints, Endpoints part) {
  for (auto& [url, counted] : part) {
    EndpointStats& stats = endpoints[url];
    stats.url = url;
    add(stats, counted.stats);
    for (const auto& [error, count] : counted.errors) stats.failures[error] += count;
    for (const auto& [status, count] : counted.statuses) {
      stats.failures[std::to_string(status)] += count;
    }
  }
}

void read_totals(const Database& database, HistoryStats& stats) {
  stats.deliveries = static_cast<std::size_t>(database.number("SELECT count(*) FROM delivery"));
  Statement oldest = database.prepare("SELECT created_at, " + std::string(kDeliveryIsIntact) +
                                      " FROM delivery ORDER BY created_at LIMIT 1");
  if (!oldest.step()) return;
  expect_intact(oldest, 1);
  stats.oldest = timestamp_in(oldest, 0);
}

// Each connection reads a part, on a thread of its own.
template <typename Connections>
void read_stats(const Connections& connections, const HistoryFilter& filter, HistoryStats& stats) {
  read_totals(connections[0], stats);
  const auto parts = static_cast<std::int64_t>(connections.size());
  const std::int64_t first = connections[0].number("SELECT min(seq) FROM delivery");
  const std::int64_t last = connections[0].number("SELECT max(seq) FROM delivery");
  const std::int64_t step = (last - first) / parts + 1;
  std::vector<std::future<Endpoints>> others;
  for (std::int64_t i = 1; i < parts; ++i) {
    const Part part{first + i * step, std::min(first + (i + 1) * step - 1, last)};
    others.push_back(std::async(std::launch::async, [&, i, part] {
      return count_part(connections[static_cast<std::size_t>(i)], filter, part);
    }));
  }
  std::map<std::string, EndpointStats> endpoints;
  add_part(endpoints,
           count_part(connections[0], filter, {first, std::min(first + step - 1, last)}));
  for (auto& other : others) add_part(endpoints, other.get());
  for (auto& [url, endpoint] : endpoints) stats.endpoints.push_back(std::move(endpoint));
}

// Returns how many threads are worth their cost.
std::size_t threads_for(const Database& database) {
  constexpr std::int64_t kMany = 1'000;  // deliveries
  constexpr unsigned kMostThreads = 4;
  if (database.number("SELECT count(*) FROM delivery") < kMany) return 1;
  return std::clamp(std::thread::hardware_concurrency(), 1U, kMostThreads);
}

}  // namespace

HistoryStats HistoryReader::stats(const HistoryFilter& filter) const {
  HistoryStats stats;
  stats.path = path_;
  if (database_ == nullptr) return stats;
  reading([&] {
    const std::size_t threads = may_be_written(path_) ? threads_for(*database_) : 1;
    if (threads > 1) {
      read_stats(HistorySnapshot(*database_, path_, threads), filter, stats);
    } else {
      const ReadTransaction transaction(*database_);
      read_stats(std::span(database_.get(), 1), filter, stats);
    }
  });
  for (const char* suffix : {"", "-wal"}) {  // the log has what was written last
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path_ + suffix, error);
    if (!error) stats.bytes += bytes;
  }
  return stats;
}

}  // namespace slotflow
