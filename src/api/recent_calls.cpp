#include "api/recent_calls.h"

namespace slotflow {

std::size_t memory_of(const ApiCall& call) {
  std::size_t bytes = sizeof call + call.method.size() + call.target.size() + call.body.size() +
                      call.headers.size() * sizeof(Header);
  for (const Header& header : call.headers) bytes += header.name.size() + header.value.size();
  return bytes;
}

void RecentCalls::add(const ApiCall& call) {
  const std::lock_guard lock(mutex_);
  calls_.push_back(call);
  bytes_ += memory_of(call);
  while (calls_.size() > kCapacity || bytes_ > kBytes) {
    bytes_ -= memory_of(calls_.front());
    calls_.pop_front();
  }
}

std::vector<ApiCall> RecentCalls::all() const {
  const std::lock_guard lock(mutex_);
  return {calls_.begin(), calls_.end()};
}

void RecentCalls::clear() {
  const std::lock_guard lock(mutex_);
  calls_.clear();
  bytes_ = 0;
}

}  // namespace slotflow
