// Writes the rows of the history. The caller begins and commits the transaction. All functions
// throw SqliteError.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/delivery.h"
#include "domain/history.h"
#include "store/sqlite.h"

namespace slotflow {

// Adds events and deliveries, which are pending and belong to `owner`. The first delivery of a lane
// that is to start after_previous joins the lane of an earlier batch that is still pending: that of
// the same booking to the same webhook.
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
  std::size_t damaged = 0;     // pending ones whose row cannot be read
};

// Makes `owner` the owner of the pending deliveries that have none, or whose owner is not alive;
// with `source`, only of those that it has made.
ClaimedDeliveries claim_pending(const Database& database, const std::string& owner,
                                const std::function<bool(const std::string& owner)>& is_alive,
                                std::optional<DeliverySource> source = std::nullopt);

// Makes pending deliveries failed, without an attempt.
void end_pending(const Database& database, const std::vector<std::string>& ids);

// Returns the number (seq) of the newest delivery beyond the newest `keep`; 0 if there is none.
std::int64_t newest_beyond(const Database& database, std::size_t keep);
// Returns the number of the newest delivery that was created before `time`; 0 if there is none.
std::int64_t newest_before(const Database& database, Timestamp time);

// Deliveries up to the number `last` that were created before a time. (Numbers and times need not
// have the same order: a clock can be set back.)
struct OldDeliveries {
  std::int64_t last = 0;
  Timestamp before = Timestamp::max();
};

// Counts those that are not pending.
std::size_t count_ended(const Database& database, const OldDeliveries& old);
// Removes the oldest of them, at most `limit`, with what only they use. Returns how many were
// removed.
std::size_t remove_ended(const Database& database, const OldDeliveries& old, std::size_t limit);

}  // namespace slotflow
