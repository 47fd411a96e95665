// What has changed, in order, so that viewers can be told what they have missed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace slotflow {

// Changes have positions: the one after position 0 is the first. Not thread-safe.
template <typename Change>
class ChangeLog {
 public:
  // Keeps the last `most` changes.
  explicit ChangeLog(std::size_t most) : most_(most) {}

  struct Part {
    std::vector<Change> changes;
    std::uint64_t position = 0;  // after them
    bool lost = false;           // not all that came after the position is known
  };

  std::uint64_t position() const { return position_; }

  void add(Change change) {
    changes_.push_back(std::move(change));
    ++position_;
    if (changes_.size() > most_) changes_.pop_front();
  }
  // Makes everyone begin anew.
  void lose() {
    changes_.clear();
    ++position_;
  }

  // Returns the changes after `position`, at most `limit`.
  Part after(std::uint64_t position, std::size_t limit) const {
    const std::uint64_t first = position_ - changes_.size();
    if (position < first || position > position_) return {{}, position_, true};
    const auto begin = changes_.begin() + static_cast<std::ptrdiff_t>(position - first);
    const std::uint64_t count = std::min<std::uint64_t>(limit, position_ - position);
    return {{begin, begin + static_cast<std::ptrdiff_t>(count)}, position + count, false};
  }

 private:
  std::size_t most_;
  std::deque<Change> changes_;
  std::uint64_t position_ = 0;  // after the last one
};

}  // namespace slotflow
