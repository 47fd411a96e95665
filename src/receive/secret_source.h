// The secrets that received signatures are checked against.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "net/clock.h"
#include "store/registry.h"

namespace slotflow {

// Thread-safe. The list it hands out never changes; a new one replaces it.
class SecretSource {
 public:
  using Secrets = std::shared_ptr<const std::vector<std::string>>;
  // Takes a warning, for people; must not block.
  using Warn = std::function<void(const std::string&)>;

  explicit SecretSource(std::vector<std::string> secrets);
  // Those of the store's active webhooks, read again whenever the file has changed. Throws
  // Error{store_error} when it cannot be read now. When it cannot be read later, the last good
  // list stays in use and `warn` is called, once until it can be read again.
  explicit SecretSource(const Registry& registry, Warn warn = {});

  // `now` is of the steady clock: while the store cannot be read it is tried again at every call,
  // but no more often than every kRetry.
  Secrets current(Clock::Steady now);

  static constexpr Duration kRetry{100};

 private:
  // What changes when the file is replaced.
  struct FileMark {
    long long inode = 0, size = -1, seconds = 0, nanoseconds = 0;
    bool operator==(const FileMark&) const = default;
  };
  FileMark mark() const;
  Secrets load() const;

  const Registry* registry_ = nullptr;
  Warn warn_;
  std::mutex mutex_;
  FileMark mark_;  // guarded by mutex_, as are all below
  Secrets secrets_;
  std::optional<Clock::Steady> failed_;  // when it was last tried, while it cannot be read
};

}  // namespace slotflow
