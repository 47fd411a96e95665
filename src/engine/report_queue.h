// Received requests on their way to whoever shows them, so that nobody who receives waits for a
// terminal or a file.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "domain/received.h"

namespace slotflow {

// Thread safe. One thread of its own hands over all that has come since the last time, in order.
class ReportQueue {
 public:
  using Report = std::function<void(std::span<const ReceivedRequest>)>;

  explicit ReportQueue(Report report);
  ~ReportQueue();  // closes
  ReportQueue(const ReportQueue&) = delete;
  ReportQueue& operator=(const ReportQueue&) = delete;

  // Waits while kMost are there already: what cannot be shown slows its sender down instead of
  // filling the memory.
  void push(ReceivedRequest request);
  // Returns when all that was pushed has been handed over; nothing may be pushed any more.
  void close();

  static constexpr std::size_t kMost = 1024;

 private:
  void work();

  Report report_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<ReceivedRequest> waiting_;  // guarded by mutex_, as is the next
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace slotflow
