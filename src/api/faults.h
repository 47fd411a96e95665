// The simulated failures that are in force, and which of them the next call meets.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/api_fault.h"
#include "domain/random.h"

namespace slotflow {

// Thread-safe.
class ApiFaults {
 public:
  explicit ApiFaults(std::uint64_t seed) : seed_(seed) {}

  void set(std::vector<ApiFault> faults);
  // Returns those that are left, with the number of calls that are.
  std::vector<ApiFault> left() const;
  // Returns the first failure that applies to a call of `route`, and counts it. Each failure has
  // its own random numbers, so the decisions about its calls do not depend on those about others.
  std::optional<ApiFault> next(std::string_view route);

  // Lets another call meet a failure that next() returned, as this one was refused anyway.
  void put_back(const ApiFault& fault);

 private:
  struct Entry {
    ApiFault fault;
    Random random;
  };

  const std::uint64_t seed_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  // guarded by mutex_
};

}  // namespace slotflow
