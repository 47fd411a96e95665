// Finds deliveries in the history.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/history.h"
#include "domain/history_filter.h"
#include "domain/history_stats.h"
#include "store/lock_wait.h"
#include "store/sqlite.h"

namespace slotflow {

// Each call reads what it returns, and holds no lock afterwards. All functions throw
// Error{store_error}, and Interrupted. A history that turns out to be damaged is moved aside then.
// Not thread-safe.
class HistoryReader {
 public:
  // If there is no file, the history is empty. `wait` must outlive this object.
  HistoryReader(std::string path, Timestamp now, const LockWait& wait);

  const std::string& path() const { return path_; }

  // Returns the newest deliveries first, at most `limit`; 0: all of them.
  std::vector<DeliveryRecord> find(const HistoryFilter& filter, std::size_t limit) const;
  std::size_t count(const HistoryFilter& filter) const;

  HistoryStats stats(const HistoryFilter& filter) const;

  // Returns the ids that begin with `prefix`, whose letters may be upper case, at most `limit`.
  std::vector<std::string> ids(const std::string& prefix, std::size_t limit) const;
  // Returns the payload of the newest delivery of this event, about this booking if there is an id;
  // nullopt if there is none.
  std::optional<std::string> newest_payload(const std::string& event,
                                            const std::optional<std::string>& booking_id) const;
  // Returns nullopt if there is no delivery with this id.
  std::optional<DeliveryDetails> details(const std::string& id) const;
  // As details(), but without the attempts and what resends it.
  std::optional<DeliveryDetails> plan(const std::string& id) const;

 private:
  // Runs `read`, and reports what SQLite could not do.
  template <typename Read>
  auto reading(Read read) const {
    try {
      return read();
    } catch (const SqliteError& error) {
      fail(error);
    }
  }
  [[noreturn]] void fail(const SqliteError& error) const;

  std::string path_;
  Timestamp now_;
  const LockWait& wait_;
  // Null: there is no file.
  mutable std::unique_ptr<Database> database_;
};

}  // namespace slotflow
