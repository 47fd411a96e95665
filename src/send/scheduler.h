// Carries events to endpoints: signs, sends, waits and tries again, until each delivery is settled.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <optional>
#include <set>

#include <asio/awaitable.hpp>

#include "domain/retry_policy.h"
#include "net/clock.h"
#include "net/condition.h"
#include "net/deadline.h"
#include "net/event_loop.h"
#include "send/delivery.h"
#include "send/sender.h"

namespace slotflow {

// Is told what becomes of deliveries, one call at a time, on the loop's thread: it must not block.
class DeliveryObserver {
 public:
  virtual ~DeliveryObserver() = default;
  virtual void planned(const Delivery& /*delivery*/) {}  // it was submitted
  virtual void attempted(const Attempt& attempt) = 0;
  virtual void settled(const Delivery& /*delivery*/, Outcome /*outcome*/) {}
  // While true, no further attempt begins: what it was told has not been dealt with yet.
  virtual bool is_behind() const { return false; }
};

struct SchedulerOptions {
  RetryPolicy retry;
  std::size_t max_in_flight = 10'000;  // attempts at once; fewer where descriptors are short
};

// All lanes run at once, as far as max_in_flight allows. Retries are due at times of the wall
// clock. All arguments must outlive it. Not thread-safe, except for submit() and stop().
class Scheduler {
 public:
  Scheduler(EventLoop& loop, Sender& sender, Clock& clock, SchedulerOptions options,
            DeliveryObserver& observer);
  ~Scheduler();  // nothing may be under way any more
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Thread-safe, also while it runs.
  void submit(Lane lane);
  // Runs the loop on this thread until all that was submitted is settled, or given up after stop()
  // or an interrupt of the loop. Throws Error{io_error} if this machine lacks what even a single
  // connection needs; then all else has been given up.
  DispatchResult drain();
  // Gives up what waits for a retry or has not begun; attempts that are under way end as they
  // would. Thread-safe.
  void stop();

 private:
  asio::awaitable<void> settle_all();
  asio::awaitable<void> run_lane(Lane lane);
  asio::awaitable<void> retry(Delivery delivery, Timestamp due);
  asio::awaitable<std::optional<Timestamp>> make_attempt(Delivery& delivery, int number);
  asio::awaitable<bool> begin_attempt();
  asio::awaitable<void> wait_for_observer();
  void end_attempt();
  asio::awaitable<void> handle_shortage(std::exception_ptr error, int failed_before);
  asio::awaitable<bool> wait_until(Timestamp due);
  void report(const Delivery& delivery, Attempt& attempt, int number);
  void give_up(const Delivery& delivery);
  void spawn(asio::awaitable<void> task);
  void fail(std::exception_ptr error);
  void end_waits();
  bool is_over() const { return stopped_ || error_ || loop_.interrupted(); }

  EventLoop& loop_;
  Sender& sender_;
  Clock& clock_;
  SchedulerOptions options_;
  DeliveryObserver& observer_;

  std::atomic<std::size_t> lanes_to_come_{0};  // submitted, and not seen by the loop yet
  std::size_t running_ = 0;                    // coroutines
  std::size_t in_flight_ = 0;                  // attempts
  std::size_t in_flight_limit_;  // less than max_in_flight while this machine lacks something
  bool watches_observer_ = false;
  bool stopped_ = false;
  std::exception_ptr error_;
  std::set<Deadline*> waits_;
  Condition ended_;      // a coroutine has
  Condition slot_free_;  // for one more attempt
  Deadline interrupt_;
  DispatchResult result_;
};

}  // namespace slotflow
