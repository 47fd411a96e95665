// Writes the rows of the history. The caller begins and commits the transaction. All functions
// throw SqliteError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/history.h"
#include "store/sqlite.h"

namespace slotflow {

// Adds events and deliveries, which are pending and belong to `owner`.
void insert_batch(const Database& database, const HistoryBatch& batch, const std::string& owner);

// Adds an attempt, and changes its delivery accordingly. Does nothing if there is no such delivery
// any more.
void insert_attempt(const Database& database, const Attempt& attempt, AttemptTrigger trigger);

// Pending deliveries of the history that this process makes from now on.
struct ClaimedDeliveries {
  struct Claimed {
    DeliveryDetails details;  // without its attempts
    std::int64_t lane = 0;    // those of a lane have the same one, and are in its order
  };
  std::vector<Claimed> deliveries;
  std::size_t being_made = 0;  // pending ones whose owner still runs
};

// Makes `owner` the owner of the pending deliveries that have none, or whose owner is not alive.
ClaimedDeliveries claim_pending(const Database& database, const std::string& owner,
                                const std::function<bool(const std::string& owner)>& is_alive);

// Removes the oldest deliveries beyond the newest `keep`, at most `limit` of them, with what only
// they use. Pending ones stay. Returns how many were removed.
std::size_t remove_oldest(const Database& database, std::size_t keep, std::size_t limit);

}  // namespace slotflow
