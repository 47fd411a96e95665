// Finds deliveries in the history.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/body.h"
#include "domain/history.h"
#include "domain/history_filter.h"
#include "domain/history_stats.h"
#include "store/history_check.h"
#include "store/lock_wait.h"
#include "store/sqlite.h"
#include "system/files.h"

namespace slotflow {

// Each call reads what it returns, and holds no lock afterwards. All functions throw
// Error{store_error}, and Interrupted. What they return is what was written: each row is compared
// with its checksum, and the first call also checks the structure of a history that is not large. A
// history that turns out to be damaged is moved aside. Not thread-safe.
class HistoryReader {
 public:
  // If there is no file, the history is empty. `wait` must outlive this object.
  HistoryReader(std::string path, Timestamp now, const LockWait& wait);

  const std::string& path() const { return path_; }
  // Returns whether there was a file when this object was made.
  bool existed() const { return existed_; }

  // Returns whether the history that was opened, or its absence, is still what is at the path.
  // Returns false after a damaged history was found.
  bool is_current() const;

  // Returns a number that is another one after other connections have changed the history. Throws
  // as the others.
  std::int64_t version() const;

  // Returns the newest deliveries first, at most `limit`; 0: all of them.
  std::vector<DeliveryRecord> find(const HistoryFilter& filter, std::size_t limit) const;
  std::size_t count(const HistoryFilter& filter) const;

  HistoryStats stats(const HistoryFilter& filter) const;

  // Returns the ids that begin with `prefix`, whose letters may be upper case, at most `limit`.
  std::vector<std::string> ids(const std::string& prefix, std::size_t limit) const;
  // Returns the payload of the newest delivery of this event, about this booking if there is an id;
  // nullopt if there is none.
  std::optional<Body> newest_payload(const std::string& event,
                                     const std::optional<std::string>& booking_id) const;
  // Returns nullopt if there is no delivery with this id.
  std::optional<DeliveryDetails> details(const std::string& id) const;
  // Returns those of these deliveries that exist, without their attempts and what resends them, as
  // they were at one time. Deliveries of one event share its payload.
  std::vector<DeliveryDetails> plans(const std::vector<std::string>& ids) const;

 private:
  // Runs `read`, and reports what SQLite could not do.
  template <typename Read>
  auto reading(Read read) const {
    try {
      if (!std::exchange(is_checked_, true)) check_if_small(*database_);
      return read();
    } catch (const SqliteError& error) {
      fail(error);
    }
  }
  [[noreturn]] void fail(const SqliteError& error) const;

  std::string path_;
  Timestamp now_;
  const LockWait& wait_;
  // Of the file, before it was opened: if another one has taken its place meanwhile, that shows.
  std::optional<FileIdentity> identity_;
  // Null: there is no file.
  mutable std::unique_ptr<Database> database_;
  bool existed_;
  mutable bool is_checked_ = false;
};

}  // namespace slotflow
