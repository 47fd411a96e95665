#include "receive/report_queue.h"

#include <chrono>
#include <exception>
#include <utility>

namespace slotflow {

namespace {

constexpr auto kGathering = std::chrono::milliseconds(1);
constexpr std::size_t kDiagnosis = 512;  // bytes, about

std::size_t memory_of(const std::vector<Header>& headers) {
  std::size_t bytes = headers.size() * sizeof(Header);
  for (const Header& header : headers) bytes += header.name.size() + header.value.size();
  return bytes;
}

std::size_t memory_of(const std::optional<std::string>& text) {
  return text ? text->size() : 0;
}

std::size_t memory_of(const Reply& reply) {
  const Response* response = reply.response();
  if (response == nullptr) return reply.failure()->detail.size();
  return memory_of(response->headers) + response->body.size();
}

}  // namespace

std::size_t memory_of(const ReceivedRequest& request) {
  return sizeof(ReceivedRequest) + request.method.size() + request.path.size() +
         memory_of(request.headers) + request.body.size() + memory_of(request.malformed) +
         memory_of(request.event) + memory_of(request.booking_id) +
         request.signature.reason.size() + request.webhook_id.size() +
         request.secret_command.size() + (request.diagnosis ? kDiagnosis : 0) +
         (request.forwarded ? memory_of(*request.forwarded) : 0);
}

ReportQueue::ReportQueue(Report report, std::function<void()> on_full, std::size_t capacity)
    : report_(std::move(report)),
      on_full_(std::move(on_full)),
      capacity_(capacity),
      thread_([this] { work(); }) {}

ReportQueue::~ReportQueue() {
  end(false);
}

void ReportQueue::push(ReceivedRequest request) {
  const std::size_t bytes = memory_of(request);
  bool wakes = false;
  bool first_dropped = false;
  {
    const std::lock_guard lock(mutex_);
    if (!closed_ && bytes_ < capacity_) {
      bytes_ += bytes;
      waiting_.push_back({std::move(request), bytes});
      wakes = gathering_ ? bytes_ >= kBatch : waiting_.size() == 1;
    } else {
      ++not_shown_;
      first_dropped = !closed_ && !std::exchange(was_full_, true);
    }
  }
  if (wakes) changed_.notify_all();
  if (first_dropped && on_full_) on_full_();
}

void ReportQueue::close() {
  end(true);
}

void ReportQueue::end(bool shows_the_rest) {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    abandoned_ = !shows_the_rest;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::uint64_t ReportQueue::not_shown() const {
  const std::lock_guard lock(mutex_);
  return not_shown_;
}

std::size_t ReportQueue::take(std::vector<ReceivedRequest>& batch) {
  std::size_t bytes = 0;
  while (!waiting_.empty() && (batch.empty() || bytes + waiting_.front().bytes <= kBatch)) {
    bytes += waiting_.front().bytes;
    batch.push_back(std::move(waiting_.front().request));
    waiting_.pop_front();
  }
  return bytes;
}

std::size_t ReportQueue::show(std::span<const ReceivedRequest> batch) const noexcept {
  try {
    return report_(batch);
  } catch (const std::exception&) {  // out of memory: later ones may be shown
    return 0;
  }
}

void ReportQueue::work() {
  std::vector<ReceivedRequest> batch;
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
    // Shows at most one batch per kGathering, unless it is large: under load, this writes many
    // lines at once, and push() need not wake this thread for each.
    gathering_ = true;
    changed_.wait_for(lock, kGathering, [&] { return closed_ || bytes_ >= kBatch; });
    gathering_ = false;
  }
}

}  // namespace slotflow
