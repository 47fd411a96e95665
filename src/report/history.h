// What `deliveries` shows: the deliveries of the history.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "domain/history.h"
#include "domain/history_stats.h"
#include "domain/timestamp.h"
#include "report/style.h"

namespace slotflow {

struct DeliveryListing {
  std::vector<DeliveryRecord> deliveries;
  Timestamp now;
};

struct PrunedDeliveries {
  std::size_t count = 0;
  bool is_dry_run = false;  // they would be removed
};

// A line for each delivery, its fields separated by two spaces, below a line with their titles.
// On a narrow terminal, the URL is on a line of its own.
std::string text_of(const DeliveryListing& listing, const Style& style);
// The delivery, its payload, and each attempt as fire --verbose shows it.
std::string text_of(const DeliveryDetails& details, const Style& style);

// A row for each endpoint, and a line about the whole history.
std::string text_of(const HistoryStats& stats, const Style& style);
std::string text_of(const PrunedDeliveries& pruned, const Style& style);

std::string json_of(const DeliveryListing& listing);
// A line for the delivery, and one for each attempt.
std::string json_of(const DeliveryDetails& details);
// A line for each endpoint, and one for the whole history.
std::string json_of(const HistoryStats& stats);
std::string json_of(const PrunedDeliveries& pruned);

}  // namespace slotflow
