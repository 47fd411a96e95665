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

// What resend would do.
struct ResendPreview {
  DeliveryListing listing;           // the deliveries that would be sent again, as they were
  std::vector<std::string> urls;     // where they would be sent
  bool has_another_url = false;      // with --to
  bool has_another_payload = false;  // with --set
};

struct PrunedDeliveries {
  std::size_t count = 0;
  bool is_dry_run = false;  // they would be removed
};

// A line for each delivery, its fields separated by two spaces, below a line with their titles.
// On a narrow terminal, the URL is on a line of its own. If there are resends, the id of the
// delivery that each repeats is the last field.
std::string text_of(const DeliveryListing& listing, const Style& style);
// The listing, with what --to and --set change.
std::string text_of(const ResendPreview& preview, const Style& style);
// The delivery, its payload, and each attempt as fire --verbose shows it.
std::string text_of(const DeliveryDetails& details, const Style& style);

// A row for each endpoint, and a line about the whole history.
std::string text_of(const HistoryStats& stats, const Style& style);
std::string text_of(const PrunedDeliveries& pruned, const Style& style);

std::string json_of(const DeliveryListing& listing);
std::string json_of(const ResendPreview& preview);
// A line for the delivery, and one for each attempt.
std::string json_of(const DeliveryDetails& details);
// A line for each endpoint, and one for the whole history.
std::string json_of(const HistoryStats& stats);
std::string json_of(const PrunedDeliveries& pruned);

}  // namespace slotflow
