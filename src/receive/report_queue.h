// Received requests on their way to whoever shows them, so that nobody who receives waits for a
// terminal or a file.
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

// Thread-safe. A thread of its own shows what has come, in order and a few at a time.
class ReportQueue {
 public:
  // Shows these requests and returns how many were shown. Must return soon after close() has lost
  // its patience.
  using Report = std::function<std::size_t(std::span<const ReceivedRequest>)>;

  static constexpr std::size_t kCapacity = 32 * 1024 * 1024;  // bytes
  static constexpr std::size_t kBatch = 1024 * 1024;          // bytes that are shown at a time

  // `on_full` is called by the push() that is the first to find the queue full, and must not
  // block. Throws std::system_error when there is no thread to be had.
  explicit ReportQueue(Report report, std::function<void()> on_full = {},
                       std::size_t capacity = kCapacity);
  ~ReportQueue();  // closes, without patience
  ReportQueue(const ReportQueue&) = delete;
  ReportQueue& operator=(const ReportQueue&) = delete;

  // Never blocks. While `capacity` bytes or more are waiting or being shown, `request` is dropped
  // and counted; so is what comes after close().
  void push(ReceivedRequest request);
  // Waits until all has been shown, but no longer than `patience`; then shows no more.
  void close(Duration patience);

  // How many requests were dropped, left when close() lost its patience, or not shown by `report`.
  std::uint64_t not_shown() const;

 private:
  struct Waiting {
    ReceivedRequest request;
    std::size_t bytes;
  };

  void work();
  // Takes the next ones into `batch` and returns their bytes. Caller holds mutex_.
  std::size_t take(std::vector<ReceivedRequest>& batch);
  std::size_t show(std::span<const ReceivedRequest> batch) const noexcept;

  Report report_;
  std::function<void()> on_full_;
  std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;  // guarded by mutex_, as are all below
  std::size_t bytes_ = 0;        // of those waiting and those being shown
  std::uint64_t not_shown_ = 0;
  bool was_full_ = false;
  bool gathering_ = false;  // the thread waits for more to show at once, and looks by itself
  bool closed_ = false;
  bool abandoned_ = false;  // what waits is not shown any more
  bool done_ = false;       // the thread has nothing left to do
  std::thread thread_;
};

// How many bytes `request` takes in memory, about.
std::size_t memory_of(const ReceivedRequest& request);

}  // namespace slotflow
