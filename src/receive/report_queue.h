// A queue of received requests to show, so that receiving never waits for a terminal or a file.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "domain/received.h"

namespace slotflow {

// Its own thread shows requests in order, in batches. Thread-safe.
class ReportQueue {
 public:
  // Shows these requests and returns how many were shown. If its reader has stopped reading, it
  // must give up at some time: close() waits for it.
  using Report = std::function<std::size_t(std::span<const ReceivedRequest>)>;

  static constexpr std::size_t kCapacity = 32 * 1024 * 1024;  // bytes
  static constexpr std::size_t kBatch = 1024 * 1024;          // bytes shown at a time

  // The first push() that finds the queue full calls `on_full`, which must not block. Throws
  // std::system_error if no thread can be started.
  explicit ReportQueue(Report report, std::function<void()> on_full = {},
                       std::size_t capacity = kCapacity);
  ~ReportQueue();  // without close(): shows no more
  ReportQueue(const ReportQueue&) = delete;
  ReportQueue& operator=(const ReportQueue&) = delete;

  // Never blocks. Drops and counts `request` if `capacity` bytes or more are waiting or being
  // shown, or after close().
  void push(ReceivedRequest request);
  // Waits until all requests have been shown, or were not shown by `report`.
  void close();

  // Returns how many requests were dropped or not shown by `report`.
  std::uint64_t not_shown() const;

 private:
  struct Waiting {
    ReceivedRequest request;
    std::size_t bytes;
  };

  void end(bool shows_the_rest);
  void work();
  // Moves the next requests into `batch` and returns their bytes. The caller must hold mutex_.
  std::size_t take(std::vector<ReceivedRequest>& batch);
  std::size_t show(std::span<const ReceivedRequest> batch) const noexcept;

  Report report_;
  std::function<void()> on_full_;
  std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;  // guarded by mutex_, as are all below
  std::size_t bytes_ = 0;        // of requests waiting and being shown
  std::uint64_t not_shown_ = 0;
  bool was_full_ = false;
  bool gathering_ = false;  // the thread waits for more requests, and will check by itself
  bool closed_ = false;
  bool abandoned_ = false;  // the rest is not shown
  std::thread thread_;
};

// Returns approximately how many bytes of memory `request` takes.
std::size_t memory_of(const ReceivedRequest& request);

}  // namespace slotflow
