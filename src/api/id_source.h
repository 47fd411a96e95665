// The ids and secrets that the emulator makes.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "domain/random.h"

namespace slotflow {

// Equal seeds give equal ids in the same order; such secrets protect nothing. Without a seed, all
// is from OpenSSL's generator. Thread-safe.
class IdSource {
 public:
  explicit IdSource(std::optional<std::uint64_t> seed);

  // Begins again, if there is a seed.
  void restart();

  std::string uuid();
  std::string signing_secret();  // whsec_ and 32 letters and digits

 private:
  const std::optional<std::uint64_t> seed_;
  std::mutex mutex_;
  std::optional<Random> random_;  // guarded by mutex_
};

}  // namespace slotflow
