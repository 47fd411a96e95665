// The pages that follow the entries live, by Server-Sent Events (WHATWG HTML, section 9.2).
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "inspector/entries.h"
#include "inspector/query.h"
#include "web/message.h"

namespace slotflow {

inline constexpr int kMaxViewers = 10;
// An idle viewer hears from the server this often, so that it knows a dead connection.
inline constexpr Duration kHeartbeat{5'000};

// Thread-safe.
class Viewers {
 public:
  // `run` names this run of the program. `entries` must outlive this object.
  Viewers(std::string run, const Entries& entries) : run_(std::move(run)), entries_(entries) {}

  // Returns the events of a new viewer, or why it gets none. `last_event` is the id of the last one
  // that it has, if it was connected before; empty: it begins now. `now`: ages in `query` count
  // from then.
  WebReply follow(EntryQuery query, std::string_view last_event);

  // Waits until no viewer is connected, at most so long: one may have stopped reading. Call it when
  // the entries have ended.
  void wait_for_none(Duration limit) const;

 private:
  std::string run_;
  const Entries& entries_;
  std::atomic<int> connected_{0};
};

}  // namespace slotflow
