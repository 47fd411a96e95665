#include "domain/load_figures.h"

#include <algorithm>
#include <utility>

namespace slotflow {

void LoadInterval::add(const LoadInterval& other) {
  started += other.started;
  answered += other.answered;
  failed += other.failed;
  dropped += other.dropped;
  errors += other.errors;
  for (const auto& [status, count] : other.statuses) statuses[status] += count;
  latency.add(other.latency);
}

// Once there are too many parts, each becomes twice as long.
LoadInterval& LoadFigures::interval_at(std::chrono::microseconds due) {
  due = std::max(due, std::chrono::microseconds(0));
  while (static_cast<std::size_t>(due / interval_length_) >= kMaxIntervals) {
    std::vector<LoadInterval> longer((intervals_.size() + 1) / 2);
    for (std::size_t i = 0; i < intervals_.size(); ++i) longer[i / 2].add(intervals_[i]);
    intervals_ = std::move(longer);
    interval_length_ *= 2;
  }
  const auto i = static_cast<std::size_t>(due / interval_length_);
  if (i >= intervals_.size()) intervals_.resize(i + 1);
  return intervals_[i];
}

void LoadFigures::start(std::chrono::microseconds due) {
  ++started_;
  ++interval_at(due).started;
}

void LoadFigures::add_start_delay(std::chrono::microseconds delay) {
  if (delay > kLateStart) ++late_;
  start_delay_.add(delay);
}

void LoadFigures::drop(std::chrono::microseconds due) {
  ++dropped_;
  ++interval_at(due).dropped;
}

void LoadFigures::drop_started(std::chrono::microseconds due) {
  --started_;
  --interval_at(due).started;
  drop(due);
}

void LoadFigures::end(const LoadSample& sample) {
  LoadInterval& interval = interval_at(sample.due);
  const Response* response = sample.reply->response();
  const Failure* failure = sample.reply->failure();
  if (sample.reply->delivered()) {
    ++succeeded_;
  } else {
    ++failed_;
    ++interval.failed;
  }
  if (response != nullptr) {
    ++answered_;
    ++interval.answered;
    ++statuses_[response->status];
    ++interval.statuses[response->status];
  } else {
    ++interval.errors;
    LoadError& error = errors_[failure->kind];
    if (error.count++ == 0) {
      error.first_at = sample.started;
      error.example = failure->detail;
    }
  }
  if (response == nullptr && failure->kind != FailureKind::timeout) return;
  latency_.add(sample.latency());
  service_.add(sample.service());
  interval.latency.add(sample.latency());
}

std::uint64_t LoadFigures::error_count() const {
  std::uint64_t count = 0;
  for (const auto& [kind, error] : errors_) count += error.count;
  return count;
}

}  // namespace slotflow
