#include "engine/dispatcher.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <system_error>
#include <thread>

namespace slotflow {

namespace {

constexpr std::size_t kMaxThreads = 1024;

// An attempt that is to be made, at `due`.
struct Job {
  Deadline::Steady::time_point due;
  std::size_t lane;
  std::size_t index;  // in the lane
  int attempt;        // from 1

  bool operator<(const Job& other) const { return due > other.due; }  // the earliest on top
};

// The state of one run(). Jobs wait in a queue ordered by when they are due; as many threads as
// there can be jobs at once take them, up to kMaxThreads.
class Run {
 public:
  Run(Transport& transport, Clock& clock, const RetryPolicy& policy,
      const std::function<void(const Attempt&)>& report, std::vector<Lane> lanes)
      : transport_(transport),
        clock_(clock),
        policy_(policy),
        report_(report),
        lanes_(std::move(lanes)) {
    const auto now = Deadline::Steady::now();
    for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
      result_.summary.deliveries += lanes_[lane].size();
      if (!lanes_[lane].empty()) jobs_.push({now, lane, 0, 1});
    }
  }

  DispatchResult finish() {
    std::vector<std::thread> threads;
    const std::size_t count = std::min(result_.summary.deliveries, kMaxThreads);
    try {
      for (std::size_t i = 0; i < count; ++i) threads.emplace_back([this] { work(); });
    } catch (const std::system_error&) {  // no more threads to be had: those there are do the work
      if (threads.empty()) throw;
    }
    for (std::thread& thread : threads) thread.join();

    for (const Lane& lane : lanes_) {
      for (const Delivery& delivery : lane) {
        if (delivery.id.empty()) continue;  // settled
        ++result_.summary.unfinished;
        result_.unfinished.push_back(delivery.request.url.to_string());
      }
    }
    return std::move(result_);
  }

 private:
  void work() {
    while (const auto job = next()) {
      if (!clock_.wait(time_until(job->due))) return stop();
      make_attempt(*job);
    }
  }

  static Duration time_until(Deadline::Steady::time_point due) {
    return std::max(Duration(0), std::chrono::ceil<Duration>(due - Deadline::Steady::now()));
  }

  // The earliest job; nothing when no more can come. A job a thread has taken may still give rise
  // to others, so an empty queue alone is not the end.
  std::optional<Job> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || !jobs_.empty() || taken_ == 0; });
    if (stopped_ || jobs_.empty()) return std::nullopt;
    const Job job = jobs_.top();
    jobs_.pop();
    ++taken_;
    return job;
  }

  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

  void make_attempt(const Job& job) {
    Delivery& delivery = lanes_[job.lane][job.index];
    Attempt attempt;
    attempt.at = clock_.now();
    attempt.reply = transport_.send(signed_request(delivery, attempt.at));
    const Failure* failure = attempt.reply.failure();
    if (failure != nullptr && failure->kind == FailureKind::interrupted) return stop();

    attempt.delivery_id = delivery.id;
    attempt.webhook_id = delivery.webhook_id;
    attempt.url = delivery.request.url.to_string();
    attempt.event = delivery.event;
    attempt.booking_id = delivery.booking_id;
    attempt.number = job.attempt;
    attempt.max_attempts = policy_.max_attempts();
    attempt.next_attempt_in =
        attempt.reply.delivered() ? std::nullopt : policy_.delay_after(job.attempt);
    attempt.outcome = attempt.reply.delivered() ? Outcome::delivered
                      : attempt.next_attempt_in ? Outcome::retrying
                                                : Outcome::failed;
    settle(job, attempt, delivery);
  }

  void settle(const Job& job, const Attempt& attempt, Delivery& delivery) {
    const std::lock_guard lock(mutex_);
    report_(attempt);
    DeliverySummary& summary = result_.summary;
    ++summary.attempts;
    --taken_;
    if (attempt.next_attempt_in) {
      const auto due = Deadline::Steady::now() + *attempt.next_attempt_in;
      jobs_.push({due, job.lane, job.index, job.attempt + 1});
    } else {
      ++(attempt.outcome == Outcome::delivered ? summary.delivered : summary.failed);
      delivery.id.clear();
    }
    if (job.attempt == 1 && job.index + 1 < lanes_[job.lane].size()) {
      jobs_.push({Deadline::Steady::now(), job.lane, job.index + 1, 1});
    }
    changed_.notify_all();
  }

  Transport& transport_;
  Clock& clock_;
  const RetryPolicy& policy_;
  const std::function<void(const Attempt&)>& report_;
  std::vector<Lane> lanes_;  // a delivery is touched by the one thread that has taken its job

  std::mutex mutex_;
  std::condition_variable changed_;
  std::priority_queue<Job> jobs_;  // guarded by mutex_, as are all below
  std::size_t taken_ = 0;
  bool stopped_ = false;
  DispatchResult result_;
};

}  // namespace

DispatchResult Dispatcher::run(std::vector<Lane> lanes) {
  return Run(transport_, clock_, policy_, report_, std::move(lanes)).finish();
}

}  // namespace slotflow
