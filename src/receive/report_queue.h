// A queue of results to show, so that whoever makes them never waits for a terminal or a file.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "domain/received.h"

namespace slotflow {

// Its own thread shows items in order, in batches. memory_of(item) says approximately how many
// bytes an item takes. Thread-safe.
template <typename Item>
class ItemQueue {
 public:
  // Shows these items and returns how many were shown. If its reader has stopped reading, it must
  // give up at some time: close() waits for it.
  using Report = std::function<std::size_t(std::span<const Item>)>;

  static constexpr std::size_t kCapacity = 32 * 1024 * 1024;  // bytes
  static constexpr std::size_t kBatch = 1024 * 1024;          // bytes shown at a time

  // The first push() that finds the queue full calls `on_full`, which must not block. Throws
  // std::system_error if no thread can be started.
  // Between two batches, it waits for `gathering`, unless kBatch is reached before.
  explicit ItemQueue(Report report, std::function<void()> on_full = {},
                     std::size_t capacity = kCapacity,
                     std::chrono::milliseconds gathering = std::chrono::milliseconds(1))
      : report_(std::move(report)),
        on_full_(std::move(on_full)),
        capacity_(capacity),
        gathering_time_(gathering),
        thread_([this] { work(); }) {}
  ~ItemQueue() { end(false); }  // without close(): shows no more
  ItemQueue(const ItemQueue&) = delete;
  ItemQueue& operator=(const ItemQueue&) = delete;

  // Never blocks. Drops and counts `item` if `capacity` bytes or more are waiting or being shown,
  // or after close().
  void push(Item item);
  // Waits until all items have been shown, or were not shown by `report`.
  void close() { end(true); }

  // Returns how many items were dropped or not shown by `report`.
  std::uint64_t not_shown() const {
    const std::lock_guard lock(mutex_);
    return not_shown_;
  }

 private:
  struct Waiting {
    Item item;
    std::size_t bytes;
  };

  void end(bool shows_the_rest);
  void work();
  // Moves the next items into `batch` and returns their bytes. The caller must hold mutex_.
  std::size_t take(std::vector<Item>& batch);
  std::size_t show(std::span<const Item> batch) const noexcept;

  Report report_;
  std::function<void()> on_full_;
  std::size_t capacity_;
  std::chrono::milliseconds gathering_time_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;  // guarded by mutex_, as are all below
  std::size_t bytes_ = 0;        // of items waiting and being shown
  std::uint64_t not_shown_ = 0;
  bool was_full_ = false;
  bool gathering_ = false;  // the thread waits for more items, and will check by itself
  bool closed_ = false;
  bool abandoned_ = false;  // the rest is not shown
  std::thread thread_;
};

using ReportQueue = ItemQueue<ReceivedRequest>;

// Return approximately how many bytes of memory a value takes; for a reply, what it refers to.
std::size_t memory_of(const ReceivedRequest& request);
std::size_t memory_of(const Reply& reply);

template <typename Item>
void ItemQueue<Item>::push(Item item) {
  const std::size_t bytes = memory_of(item);
  bool wakes = false;
  bool first_dropped = false;
  {
    const std::lock_guard lock(mutex_);
    if (!closed_ && bytes_ < capacity_) {
      bytes_ += bytes;
      waiting_.push_back({std::move(item), bytes});
      wakes = gathering_ ? bytes_ >= kBatch : waiting_.size() == 1;
    } else {
      ++not_shown_;
      first_dropped = !closed_ && !std::exchange(was_full_, true);
    }
  }
  if (wakes) changed_.notify_all();
  if (first_dropped && on_full_) on_full_();
}

template <typename Item>
void ItemQueue<Item>::end(bool shows_the_rest) {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    abandoned_ = !shows_the_rest;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

template <typename Item>
std::size_t ItemQueue<Item>::take(std::vector<Item>& batch) {
  std::size_t bytes = 0;
  while (!waiting_.empty() && (batch.empty() || bytes + waiting_.front().bytes <= kBatch)) {
    bytes += waiting_.front().bytes;
    batch.push_back(std::move(waiting_.front().item));
    waiting_.pop_front();
  }
  return bytes;
}

template <typename Item>
std::size_t ItemQueue<Item>::show(std::span<const Item> batch) const noexcept {
  try {
    return report_(batch);
  } catch (const std::exception&) {  // out of memory: later ones may be shown
    return 0;
  }
}

template <typename Item>
void ItemQueue<Item>::work() {
  std::vector<Item> batch;
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return !waiting_.empty() || closed_; });
    if (abandoned_ || waiting_.empty()) break;
    const std::size_t bytes = take(batch);
    lock.unlock();
    const std::size_t shown = show(batch);
    const std::size_t size = batch.size();
    batch.clear();
    lock.lock();
    bytes_ -= bytes;
    not_shown_ += size - shown;
    // Shows at most one batch in that time, unless it is large: under load, this writes many
    // lines at once, and push() need not wake this thread for each.
    gathering_ = true;
    changed_.wait_for(lock, gathering_time_, [&] { return closed_ || bytes_ >= kBatch; });
    gathering_ = false;
  }
}

}  // namespace slotflow
