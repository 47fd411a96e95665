#include "http/request_memory.h"

namespace slotflow::http {

void RequestMemory::wake_next() {
  const bool room = held_ < limit_;
  if (!begun_.empty() && (room || exceeding_ == nullptr)) {
    begun_.front()->deadline_.wake();
  } else if (!idle_.empty() && room) {
    idle_.front()->deadline_.wake();
  }
}

void RequestMemory::Share::set(std::size_t bytes) {
  const bool less = bytes < bytes_;
  memory_.held_ += bytes - bytes_;
  bytes_ = bytes;
  if (less) memory_.wake_next();
}

bool RequestMemory::Share::may_grow(bool begun) {
  if (memory_.held_ < memory_.limit_ || memory_.exceeding_ == this) return true;
  if (!begun || memory_.exceeding_ != nullptr) return false;
  memory_.exceeding_ = this;
  return true;
}

asio::awaitable<bool> RequestMemory::Share::wait(bool begun) {
  std::list<Share*>& waiting = begun ? memory_.begun_ : memory_.idle_;
  const auto place = waiting.insert(waiting.end(), this);
  bool in_time = true;
  while (in_time && !may_grow(begun)) in_time = co_await deadline_.wait_for_wake();
  waiting.erase(place);
  memory_.wake_next();  // there may be room for another one
  co_return in_time;
}

void RequestMemory::Share::end_request(std::size_t left) {
  if (memory_.exceeding_ == this) memory_.exceeding_ = nullptr;
  set(left);
  memory_.wake_next();
}

}  // namespace slotflow::http
