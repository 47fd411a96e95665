#include "store/history_pruning.h"

#include <string>

#include "store/history_columns.h"
#include "store/history_file.h"
#include "store/history_rows.h"

namespace slotflow {

namespace {

constexpr std::size_t kInOneTransaction = 500;  // deliveries

// What is damaged may look older than it is, or ended.
void expect_intact_rows(const Database& database, const OldDeliveries& old) {
  Statement count = database.prepare(
      "SELECT count(*) FROM delivery WHERE seq <= ? AND created_at < ? AND state <> 'pending' AND "
      "(" +
      std::string(kDeliveryIsIntact) + ") IS NOT TRUE");
  count.bind(1, old.last).bind(2, unix_milliseconds(old.before));
  if (count.step() && count.number(0) != 0) throw_damaged("a row in it is damaged");
}

std::size_t prune(const Database& database, const Pruning& pruning) {
  OldDeliveries old;
  if (pruning.keep) {
    old.last = newest_beyond(database, *pruning.keep);
  } else {
    old = {newest_before(database, *pruning.before), *pruning.before};
  }
  expect_intact_rows(database, old);
  if (pruning.counts_only) return count_ended(database, old);
  std::size_t sum = 0;
  for (std::size_t removed = kInOneTransaction; removed == kInOneTransaction; sum += removed) {
    WriteTransaction transaction(database);
    removed = remove_ended(database, old, kInOneTransaction);
    transaction.commit();
  }
  return sum;
}

}  // namespace

std::size_t prune_history(const std::string& path, const Pruning& pruning, Timestamp now,
                          const LockWait& wait) {
  auto database = open_existing_history(path, now, wait);
  if (database == nullptr) return 0;
  try {
    return prune(*database, pruning);
  } catch (const SqliteError& error) {
    if (error.is_corrupt()) {
      database->keep_journal();
      database.reset();
      move_damaged_aside(path, now, wait);
    }
    throw history_error("write", path, error);
  }
}

}  // namespace slotflow
