#include "cli/attempt_reports.h"

#include <utility>

namespace slotflow {

namespace {

constexpr std::size_t kMaxWaiting = 16 * 1024 * 1024;  // bytes

std::size_t size_of(const Attempt& attempt) {
  constexpr std::size_t kRest = 1024;
  std::size_t size = kRest;
  if (attempt.request) size += attempt.request->head.size() + attempt.request->body.size();
  const Response* response = attempt.reply.response();
  if (response == nullptr) return size;
  size += response->body.size();
  for (const Header& header : response->headers) size += header.name.size() + header.value.size();
  return size;
}

}  // namespace

AttemptReports::AttemptReports(Output& output, World& world)
    : output_(output), world_(world), thread_([this] { work(); }) {}

AttemptReports::~AttemptReports() {
  finish();
}

void AttemptReports::attempted(const Attempt& attempt) {
  const std::lock_guard lock(mutex_);
  if (attempt.invalid_on_purpose && attempt.outcome == Outcome::delivered) accepted_flaws_ = true;
  waiting_.push_back(attempt);
  waiting_bytes_ += size_of(attempt);
  changed_.notify_all();
}

bool AttemptReports::is_behind() const {
  const std::lock_guard lock(mutex_);
  return waiting_bytes_ > kMaxWaiting;
}

void AttemptReports::finish() {
  {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void AttemptReports::work() {
  for (;;) {
    std::vector<Attempt> taken;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !waiting_.empty() || finished_; });
      if (waiting_.empty()) return;
      taken = std::exchange(waiting_, {});
      waiting_bytes_ = 0;
    }
    for (const Attempt& attempt : taken) output_.show(attempt);
    if (reader_left_ || world_.out.good() || !slotflow::reader_left(world_)) continue;
    reader_left_ = true;
    world_.interrupt.trigger();
  }
}

}  // namespace slotflow
