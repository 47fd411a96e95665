// Where the entries of the inspector come from, as an interface: what listen received, or the
// history of what was sent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/duration.h"
#include "inspector/entry.h"
#include "inspector/query.h"

namespace slotflow {

// Throws Error{not_found}, whose message begins with `about`.
[[noreturn]] void throw_unknown_entry(const std::string& about, const std::string& id);

struct EntriesState {
  std::size_t total = 0;
  std::size_t bytes = 0;      // of memory
  std::size_t max_bytes = 0;  // 0: no memory is kept
  std::uint64_t dropped = 0;  // entries that left because there was no more memory
  bool can_clear = false;
};

struct EntryPage {
  std::vector<EntryRow> rows;  // the newest first
  std::size_t matching = 0;    // those on other pages, too
  bool more = false;           // there are older ones
};

// What has changed since a position, for a viewer that shows the entries of one query.
struct EntryChanges {
  std::vector<EntryRow> changed;     // new, or other than before
  std::vector<std::string> removed;  // ids, also of entries that no longer match
  std::uint64_t position = 0;        // ask from here the next time
  bool lost = false;                 // not all is known: the viewer has to begin anew
  bool ended = false;                // there will be no more
};

// Thread-safe. All functions may throw Error.
class Entries {
 public:
  virtual ~Entries() = default;

  virtual EntriesState state() const = 0;
  // Returns at most `limit` entries that are older than `before`, an id; empty: the newest. Throws
  // Error{not_found} if there can be no such entry.
  virtual EntryPage find(const EntryQuery& query, const std::string& before,
                         std::size_t limit) const = 0;
  // Return nullopt if there is no such entry (any more).
  virtual std::optional<EntryDetails> details(const std::string& id) const = 0;
  virtual std::optional<EntryContent> content(const std::string& id) const = 0;
  // Returns the lines that the command prints of it with --json; empty if there is no such entry,
  // or none is printed yet.
  virtual std::string lines(const std::string& id) const = 0;

  // A pinned entry stays. Returns whether there is such an entry.
  virtual bool pin(const std::string& id, bool pinned) = 0;
  // Removes all that are not pinned, and returns how many.
  virtual std::size_t clear() = 0;

  // Returns the position now.
  virtual std::uint64_t position() const = 0;
  // Waits at most `wait` for changes after `position`.
  virtual EntryChanges changes(std::uint64_t position, const EntryQuery& query,
                               Duration wait) const = 0;
  // Ends all waits: changes() tells that there will be no more.
  virtual void end() = 0;
};

}  // namespace slotflow
