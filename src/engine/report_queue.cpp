#include "engine/report_queue.h"

#include <chrono>
#include <utility>

namespace slotflow {

namespace {

constexpr auto kPatience = std::chrono::milliseconds(1);

}  // namespace

ReportQueue::ReportQueue(Report report) : report_(std::move(report)), thread_([this] { work(); }) {}

ReportQueue::~ReportQueue() {
  close();
}

void ReportQueue::push(ReceivedRequest request) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return waiting_.size() < kMost; });
  waiting_.push_back(std::move(request));
  if (waiting_.size() == 1) changed_.notify_all();
}

void ReportQueue::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void ReportQueue::work() {
  std::vector<ReceivedRequest> taken;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !waiting_.empty() || closed_; });
      if (waiting_.empty()) return;
      std::swap(taken, waiting_);
      if (taken.size() >= kMost) changed_.notify_all();
    }
    report_(taken);
    // Under load, a little patience makes one write of many lines, and one waking of many.
    if (taken.size() > 1) std::this_thread::sleep_for(kPatience);
    taken.clear();
  }
}

}  // namespace slotflow
