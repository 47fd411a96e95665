// Which events have come before, for duplicates and for counting distinct ones.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "domain/timestamp.h"

namespace slotflow {

// Remembers a bounded number of events; the one first seen the longest ago is forgotten first.
// Not thread safe.
class SeenEvents {
 public:
  explicit SeenEvents(std::size_t capacity = 100'000) : capacity_(capacity) {}

  struct Entry {
    Timestamp first_seen;
    bool answered_ok = false;  // some delivery of it is being, or was, answered 2xx
    bool accepted = false;     // such an answer has been written
  };

  // The entry of `key`, new or known. Valid until the next call.
  Entry& at(const std::string& key, Timestamp now) {
    const auto [found, is_new] = entries_.try_emplace(key, Entry{now});
    if (is_new) {
      order_.push_back(key);
      if (order_.size() > capacity_) {
        entries_.erase(order_.front());
        order_.pop_front();
      }
    }
    return found->second;
  }

  std::size_t size() const { return entries_.size(); }

 private:
  std::size_t capacity_;
  std::unordered_map<std::string, Entry> entries_;
  std::deque<std::string> order_;
};

}  // namespace slotflow
