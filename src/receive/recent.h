// A bounded map that evicts the oldest key first (insertion order).
#pragma once

#include <cstddef>
#include <deque>
#include <unordered_map>

namespace slotflow {

// Not thread-safe.
template <class Key, class Value>
class Recent {
 public:
  explicit Recent(std::size_t capacity = 100'000) : capacity_(capacity) {}

  // Returns the value of `key`, initially Value{}. Valid until the next call.
  Value& at(const Key& key) {
    const auto [found, is_new] = values_.try_emplace(key);
    if (is_new) {
      order_.push_back(&found->first);
      if (order_.size() > capacity_) {
        values_.erase(values_.find(*order_.front()));
        order_.pop_front();
      }
    }
    return found->second;
  }

  // Returns the value of `key`, or nullptr if it is not known. Valid until the next call of at().
  Value* find(const Key& key) {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
  }

  std::size_t size() const { return values_.size(); }

 private:
  std::size_t capacity_;
  std::unordered_map<Key, Value> values_;
  std::deque<const Key*> order_;  // the keys in values_, whose nodes never move
};

}  // namespace slotflow
