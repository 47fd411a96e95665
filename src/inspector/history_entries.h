// The deliveries of the history as entries of the inspector.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "inspector/change_log.h"
#include "inspector/entries.h"
#include "net/clock.h"
#include "store/history_reader.h"
#include "store/lock_wait.h"
#include "system/steady_clock.h"

namespace slotflow {

// The newest deliveries, at most this many, are listed and searched. All can be opened by their id,
// or by its first characters (at least 4), if unique.
inline constexpr std::size_t kMaxListed = 20'000;

// Reads what it is asked for; other processes may write meanwhile. Thread-safe: one search runs at
// a time, and holds up nothing else. All functions throw Error{store_error}.
class HistoryEntries final : public Entries {
 public:
  // `clock` must outlive this object, and so must what `wait` refers to.
  HistoryEntries(std::string path, const Clock& clock, LockWait wait);

  EntriesState state() const override;
  EntryPage find(const EntryQuery& query, const std::string& before,
                 std::size_t limit) const override;
  std::optional<EntryDetails> details(const std::string& id) const override;
  std::optional<EntryContent> content(const std::string& id) const override;
  std::string lines(const std::string& id) const override;
  // Pins are not kept in the history: they last as long as this object.
  bool pin(const std::string& id, bool pinned) override;
  // Throws Error{usage}: `deliveries prune` removes deliveries.
  std::size_t clear() override;
  std::uint64_t position() const override;
  EntryChanges changes(std::uint64_t position, const EntryQuery& query,
                       Duration wait) const override;
  void end() override;

 private:
  static constexpr std::size_t kMaxMissed = 5'000;  // changes that a viewer may have missed

  // What changes of a delivery.
  struct Progress {
    DeliveryState state;
    int attempts;
    bool operator==(const Progress&) const = default;
  };

  // The caller of these must hold mutex_.
  HistoryReader& reader() const;
  std::optional<DeliveryDetails> found(const std::string& id) const;
  EntryRow row_of(const DeliveryRecord& record) const;
  void notice_changes() const;

  const std::string path_;
  const Clock& clock_;
  const LockWait wait_;
  mutable std::mutex searching_;
  mutable std::optional<HistoryReader> searched_;  // guarded by searching_
  mutable std::mutex mutex_;
  mutable std::optional<HistoryReader> reader_;  // guarded by mutex_, as are all below
  std::set<std::string> pinned_;                 // ids
  mutable bool is_another_ = false;              // history than that of `known_`
  mutable std::optional<std::int64_t> version_;  // of the history that `known_` is of
  mutable SteadyTime looked_at_{};
  mutable std::map<std::string, Progress> known_;  // by the id
  mutable ChangeLog<EntryRow> changes_{kMaxMissed};
  mutable std::int64_t last_seq_ = 0;  // of the newest delivery that is known
  std::atomic<bool> ended_{false};     // not guarded: a search that is under way stops
};

}  // namespace slotflow
