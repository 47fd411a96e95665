#include "api/faults.h"

#include <utility>

namespace slotflow {

void ApiFaults::set(std::vector<ApiFault> faults) {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  for (ApiFault& fault : faults) {
    entries_.push_back({std::move(fault), Random::for_item(seed_, entries_.size())});
  }
}

std::vector<ApiFault> ApiFaults::left() const {
  const std::lock_guard lock(mutex_);
  std::vector<ApiFault> faults;
  for (const Entry& entry : entries_) {
    if (entry.fault.times != 0U) faults.push_back(entry.fault);
  }
  return faults;
}

std::optional<ApiFault> ApiFaults::next(std::string_view route) {
  const std::lock_guard lock(mutex_);
  for (Entry& entry : entries_) {
    ApiFault& fault = entry.fault;
    if ((fault.route != "*" && fault.route != route) || fault.times == 0U) continue;
    if (entry.random.unit() >= fault.probability) continue;
    if (fault.times) --*fault.times;
    return fault;
  }
  return std::nullopt;
}

void ApiFaults::put_back(const ApiFault& fault) {
  const std::lock_guard lock(mutex_);
  for (Entry& entry : entries_) {
    const bool is_it = entry.fault.route == fault.route && entry.fault.what() == fault.what();
    if (!is_it || !entry.fault.times) continue;
    ++*entry.fault.times;
    return;
  }
}

}  // namespace slotflow
