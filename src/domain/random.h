// Repeatable random numbers, the same on every platform, unlike the standard distributions.
#pragma once

#include <cstdint>
#include <string>

#include "domain/uuid.h"

namespace slotflow {

// SplitMix64 (Steele, Lea and Flood, 2014): small, and good enough for test data and faults. Do not
// use it for secrets. Not thread-safe.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  // Returns the generator for item `index` of run `seed`, so that the numbers of an item do not
  // depend on the order in which items are processed.
  static Random for_item(std::uint64_t seed, std::uint64_t index);

  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound);  // 0 <= result < bound; bound > 0
  double unit();                             // 0 <= result < 1
  std::string uuid();                        // has the form of version 4
  UuidText uuid_text();                      // as uuid()

 private:
  std::uint64_t state_;
};

}  // namespace slotflow
