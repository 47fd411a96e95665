// Which deliveries of the history a command is about.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/duration.h"
#include "domain/status_set.h"
#include "domain/timestamp.h"

namespace slotflow {

// All conditions must hold; of one with several values, one value.
struct HistoryFilter {
  // One of those that are set must hold.
  bool failed = false;
  bool pending = false;
  bool delivered = false;
  bool recovered = false;  // delivered after a failed attempt

  bool leaves_out_resent = false;  // what was resent has another delivery instead

  std::vector<std::string> events;        // full names
  std::vector<std::string> webhooks;      // ids, or beginnings of ids
  std::vector<std::string> webhook_urls;  // normalized; one of them, or of `webhooks`
  std::vector<std::string> urls;          // normalized
  std::vector<std::string> bookings;      // ids
  StatusSet statuses = {};                // of the last attempt
  std::vector<std::string> errors;        // of the last attempt, see kFailureNames
  std::optional<Duration> slower;         // an attempt took longer
  std::optional<Timestamp> since;         // created then or later
  std::optional<Timestamp> until;         // created then or earlier

  bool empty() const {
    return !failed && !pending && !delivered && !recovered && events.empty() && webhooks.empty() &&
           webhook_urls.empty() && urls.empty() && bookings.empty() && statuses.empty() &&
           errors.empty() && !slower && !since && !until;
  }
};

}  // namespace slotflow
