// What the history says of endpoints.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/timestamp.h"

namespace slotflow {

struct EndpointStats {
  std::string url;
  std::size_t deliveries = 0;
  std::size_t delivered = 0;
  std::size_t failed = 0;
  std::size_t pending = 0;
  std::size_t expected = 0;
  std::size_t attempts = 0;
  std::vector<std::chrono::microseconds> response_times;  // of attempts with a response, in order
  std::map<std::string, std::size_t> failures;  // attempts by status, or by error: "500", "timeout"
};

struct HistoryStats {
  std::vector<EndpointStats> endpoints;  // in the order of their URLs
  std::size_t deliveries = 0;            // in the whole history
  std::optional<Timestamp> oldest;       // of them
  std::uint64_t bytes = 0;               // of its file and of the log beside it
  std::string path;
};

// Returns the value that `percent` of the sorted `values` do not exceed (the nearest rank); nullopt
// if there are none.
std::optional<std::chrono::microseconds> percentile(
    const std::vector<std::chrono::microseconds>& values, unsigned percent);

}  // namespace slotflow
