// The secrets for verifying received signatures.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "net/clock.h"
#include "receive/secret_list.h"
#include "store/registry.h"

namespace slotflow {

// A list that was returned never changes; a new one replaces it. Thread-safe.
class SecretSource {
 public:
  using Secrets = std::shared_ptr<const SecretList>;
  // Receives a warning, for people. Must not block.
  using Warn = std::function<void(const std::string&)>;

  explicit SecretSource(std::vector<std::string> secrets);
  // Uses the secrets of the store's active webhooks, and reads them again when the file has
  // changed. Throws Error{store_error} if it cannot be read now. If it cannot be read later, the
  // last list is still used, and `warn` is called, once until it can be read again. `registry` must
  // outlive this object.
  explicit SecretSource(const Registry& registry, Warn warn = {});

  // Returns the current list. While the store cannot be read, tries again at most every kRetry.
  Secrets current(SteadyTime now);

  static constexpr Duration kRetry{100};

 private:
  // Changes when the file is replaced.
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
  std::optional<SteadyTime> failed_;  // time of the last failure, while the store cannot be read
};

}  // namespace slotflow
