// Removes old deliveries from the history at the user's wish.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "domain/timestamp.h"
#include "store/lock_wait.h"

namespace slotflow {

// Which deliveries are old: all but the newest `keep`, or those created before a time.
struct Pruning {
  std::optional<std::size_t> keep;
  std::optional<Timestamp> before;
  bool counts_only = false;  // removes nothing
};

// Removes old deliveries that are not pending, and returns how many. Other processes can write in
// between. Throws Error{store_error}.
std::size_t prune_history(const std::string& path, const Pruning& pruning, Timestamp now,
                          const LockWait& wait);

}  // namespace slotflow
