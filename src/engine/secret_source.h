// The secrets that received signatures are checked against.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/registry.h"

namespace slotflow {

// Thread safe. The list it hands out never changes; a new one replaces it.
class SecretSource {
 public:
  using Secrets = std::shared_ptr<const std::vector<std::string>>;

  explicit SecretSource(std::vector<std::string> secrets);
  // Those of the store's active webhooks, read again whenever the file has changed. Throws
  // Error{store_error} when it cannot be read now; later the last good list stays in use.
  explicit SecretSource(const Registry& registry);

  Secrets current();

 private:
  // What changes when the file is replaced.
  struct FileMark {
    long long inode = 0, size = -1, seconds = 0, nanoseconds = 0;
    bool operator==(const FileMark&) const = default;
  };
  FileMark mark() const;
  Secrets load() const;

  const Registry* registry_ = nullptr;
  std::mutex mutex_;
  FileMark mark_;    // guarded by mutex_
  Secrets secrets_;  // guarded by mutex_
};

}  // namespace slotflow
