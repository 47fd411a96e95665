// The requests that listen received, as entries of the inspector.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/received.h"
#include "inspector/change_log.h"
#include "inspector/entries.h"
#include "receive/event_key.h"

namespace slotflow {

// Of requests, pinned ones included.
inline constexpr std::size_t kMaxEntryBytes = 64UL * 1024 * 1024;

// Thread-safe. Searches run and JSON is made without holding up add(), which waits only while
// entries are copied.
class ReceivedEntries final : public Entries {
 public:
  struct Options {
    std::string url = {};          // of the receiver, without a path: http://127.0.0.1:4242/
    bool own_certificate = false;  // which no system trusts
    std::size_t max_bytes = kMaxEntryBytes;
  };

  explicit ReceivedEntries(Options options) : options_(std::move(options)) {}

  // Adds a request. The oldest that are not pinned leave if there is no room for it.
  void add(ReceivedRequest request) { put(std::move(request), false); }
  // As add(), for a request that has to wait for its response. add() replaces it, or brings it back
  // if it has left; but not if it was cleared.
  void add_pending(ReceivedRequest request) { put(std::move(request), true); }

  // Returns the id of the entry that `sent` has become, which was not there at `position`. Waits
  // for it at most `wait`.
  std::optional<std::string> arrival_of(const Request& sent, std::uint64_t position,
                                        Duration wait) const;

  EntriesState state() const override;
  EntryPage find(const EntryQuery& query, const std::string& before,
                 std::size_t limit) const override;
  std::optional<EntryDetails> details(const std::string& id) const override;
  std::optional<EntryContent> content(const std::string& id) const override;
  std::string lines(const std::string& id) const override;
  // Throws Error{limit_reached} if the pinned ones would take half of the memory.
  bool pin(const std::string& id, bool pinned) override;
  std::size_t clear() override;
  std::uint64_t position() const override;
  EntryChanges changes(std::uint64_t position, const EntryQuery& query,
                       Duration wait) const override;
  void end() override;

 private:
  static constexpr std::size_t kMaxMissed = 10'000;  // changes that a viewer may have missed

  struct Entry {
    std::shared_ptr<const ReceivedRequest> request;
    EntryRow row;
    EventKey event;
    EventKey booking;
    std::size_t bytes = 0;  // of memory
  };
  struct Event {
    int arrived = 0;       // also those that have left
    std::size_t here = 0;  // entries
  };
  // Of the list.
  struct Change {
    std::uint64_t n = 0;
    bool removed = false;
  };
  using EntryMap = std::map<std::uint64_t, Entry>;

  static bool matches(const EntryQuery& query, const Entry& entry);
  // Return copies.
  std::optional<Entry> entry(const std::string& id) const;
  std::vector<EntryRow> rows_of_booking(const EventKey& booking) const;  // the newest ones
  void put(ReceivedRequest request, bool pending);
  // The caller of these must hold mutex_.
  void remove(EntryMap::iterator entry);
  void make_room();

  const Options options_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  EntryMap entries_;  // by the number of the request; guarded by mutex_, as are all below
  std::set<std::uint64_t> unpinned_;
  std::unordered_map<EventKey, Event> events_;
  std::unordered_map<EventKey, std::set<std::uint64_t>> bookings_;  // their entries
  std::size_t bytes_ = 0;
  std::size_t pinned_bytes_ = 0;
  std::uint64_t dropped_ = 0;
  ChangeLog<Change> changes_{kMaxMissed};
  std::set<std::uint64_t> cleared_;  // pending requests
  bool ended_ = false;
};

}  // namespace slotflow
