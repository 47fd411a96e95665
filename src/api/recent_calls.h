// The latest calls of the API, for GET /_emulator/requests.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <vector>

#include "domain/api_call.h"

namespace slotflow {

// Keeps the newest calls, as long as they are at most kCapacity and take at most kBytes.
// Thread-safe.
class RecentCalls {
 public:
  static constexpr std::size_t kCapacity = 1000;
  static constexpr std::size_t kBytes = 16 * 1024 * 1024;

  void add(const ApiCall& call);
  std::vector<ApiCall> all() const;  // the oldest first
  void clear();

 private:
  mutable std::mutex mutex_;
  std::deque<ApiCall> calls_;  // guarded by mutex_
  std::size_t bytes_ = 0;      // guarded by mutex_
};

// Returns approximately how many bytes of memory `call` takes.
std::size_t memory_of(const ApiCall& call);

}  // namespace slotflow
