// Repeatable draws. The standard distributions differ between libraries; these never do.
#pragma once

#include <cstdint>
#include <string>

namespace slotflow {

// SplitMix64 (Steele, Lea and Flood, 2014): small, and good enough for test data and fault draws.
// Never for secrets.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  // A generator of its own for item `index` of run `seed`: the n-th draw of a run is the same
  // whatever threads ask for it, and in whatever order.
  static Random for_item(std::uint64_t seed, std::uint64_t index);

  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound);  // 0 <= result < bound; bound > 0
  double unit();                             // 0 <= result < 1
  std::string uuid();                        // version 4 in form
  void append_uuid(std::string& text);       // the same at the end of `text`

 private:
  std::uint64_t state_;
};

}  // namespace slotflow
