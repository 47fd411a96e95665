// Writes the rows of the history. The caller begins and commits the transaction. All functions
// throw SqliteError.
#pragma once

#include <cstddef>
#include <string>

#include "domain/delivery.h"
#include "domain/history.h"
#include "store/sqlite.h"

namespace slotflow {

// Adds events and deliveries, which are pending and belong to `owner`.
void insert_batch(const Database& database, const HistoryBatch& batch, const std::string& owner);

// Adds an attempt, and changes its delivery accordingly. Does nothing if there is no such delivery
// any more.
void insert_attempt(const Database& database, const Attempt& attempt, AttemptTrigger trigger);

// Removes the oldest deliveries beyond the newest `keep`, at most `limit` of them, with what only
// they use. Pending ones stay. Returns how many were removed.
std::size_t remove_oldest(const Database& database, std::size_t keep, std::size_t limit);

}  // namespace slotflow
