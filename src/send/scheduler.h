// Delivers events: signs, sends and retries until each delivery is settled.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <optional>

#include <asio/awaitable.hpp>

#include "domain/retry_policy.h"
#include "domain/status_set.h"
#include "net/clock.h"
#include "net/condition.h"
#include "net/deadline.h"
#include "net/event_loop.h"
#include "send/delivery.h"
#include "send/sender.h"

namespace slotflow {

// Observes deliveries. Called on the loop's thread; must not block.
class DeliveryObserver {
 public:
  virtual ~DeliveryObserver() = default;
  virtual void planned(const Delivery& /*delivery*/) {}  // it was submitted
  virtual void attempted(const Attempt& attempt) = 0;
  virtual void settled(const Delivery& /*delivery*/, Outcome /*outcome*/) {}
  // While this returns true, no further attempt starts.
  virtual bool is_behind() const { return false; }
  // While this returns false, no retry of the delivery starts.
  virtual bool is_recorded(const Delivery& /*delivery*/) const { return true; }
  // Return how much is to be recorded so far, and whether the first part of it is.
  virtual std::uint64_t records() const { return 0; }
  virtual bool has_recorded(std::uint64_t /*first_ones*/) const { return true; }
  // Return whether a retry, or an attempt, is to be made. If not, the delivery is dropped().
  virtual bool is_wanted(const Delivery& /*delivery*/) const { return true; }
  virtual bool is_cancelled(const Delivery& /*delivery*/) const { return false; }
  virtual void dropped(const Delivery& /*delivery*/) {}
};

struct SchedulerOptions {
  DeliveryTerms terms;                 // of deliveries that have none of their own
  std::size_t max_in_flight = 10'000;  // attempts at once; fewer if descriptors are short
  bool keeps_requests = false;         // each attempt is reported with its request
  // drain() returns only after stop() or an interrupt, however long there is a shortage.
  bool stays_open = false;
};

// Runs all lanes at once, within max_in_flight. Retries are due at times of the wall clock. All
// arguments must outlive this object. Not thread-safe, except submit() and stop().
class Scheduler {
 public:
  using Epoch = std::uint64_t;
  static constexpr Epoch kAllEpochs = std::numeric_limits<Epoch>::max();

 private:
  // The deliveries of a lane that are being retried, or are due later.
  struct LaneRetries {
    explicit LaneRetries(asio::io_context& context) : none(context) {}
    std::size_t count = 0;
    Condition none;
  };
  struct TimeWait {
    Timestamp due;
    Epoch epoch;
  };

 public:
  Scheduler(EventLoop& loop, Sender& sender, Clock& clock, SchedulerOptions options,
            DeliveryObserver& observer);
  ~Scheduler();  // only after drain(), or if nothing was submitted
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Adds a lane, also during drain(). Thread-safe.
  void submit(Lane lane);
  // As submit(), on the loop's thread. What waits for lanes can wait for those of some epochs only.
  void start(Lane lane, Epoch epoch);
  // Runs the loop on this thread until all deliveries are settled, or abandoned after stop() or an
  // interrupt of the loop. Throws Error{io_error} if not even a single connection can be opened;
  // then all other deliveries are abandoned.
  DeliveryResult drain();
  // Abandons deliveries that wait for a retry or have not started. Running attempts are completed.
  // Thread-safe.
  void stop();

  // For a clock that is changed. On the loop's thread:
  // Returns whether no further attempt starts.
  bool is_over() const { return stopped_ || error_ || loop_.interrupted(); }
  // Waits until each delivery of the epochs until `last` has ended, or waits for a time that is to
  // come, or is abandoned.
  asio::awaitable<void> wait_until_idle(Epoch last);
  // Waits until no delivery waits for a time that has come.
  asio::awaitable<void> wait_until_none_is_due();
  // Returns the earliest time that a delivery of the epochs until `last` waits for.
  std::optional<Timestamp> next_due(Epoch last) const;
  // Makes all waits look at the clock again, or only those that have ended.
  void notice_clock();
  void notice_due();
  // Makes all waits end, as if what they wait for were due.
  void make_all_due();

 private:
  asio::awaitable<void> settle_all();
  asio::awaitable<void> run_lane(Lane lane, Epoch epoch);
  asio::awaitable<void> retry(Delivery delivery, Epoch epoch, Timestamp due, int number,
                              std::shared_ptr<LaneRetries> lane);
  asio::awaitable<std::optional<Timestamp>> make_attempt(Delivery& delivery, int number);
  asio::awaitable<bool> begin_attempt();
  asio::awaitable<void> wait_for_observer();
  asio::awaitable<void> wait_until_recorded(const Delivery& delivery);
  void end_attempt();
  asio::awaitable<void> handle_shortage(std::exception_ptr error, int failed_before);
  asio::awaitable<bool> wait_until(Timestamp due, Epoch epoch);
  const DeliveryTerms& terms_of(const Delivery& delivery) const;
  void report(const Delivery& delivery, Attempt& attempt, int number);
  void give_up(const Delivery& delivery);
  void spawn(asio::awaitable<void> task, Epoch epoch);
  void set_active(Epoch epoch, bool is_active);
  void fail(std::exception_ptr error);
  void end_waits();
  bool has_due_waits(Epoch last) const;

  EventLoop& loop_;
  Sender& sender_;
  Clock& clock_;
  SchedulerOptions options_;
  DeliveryObserver& observer_;

  std::atomic<std::size_t> lanes_to_come_{0};  // submitted, but not yet seen by the loop
  std::size_t running_ = 0;                    // number of coroutines
  std::size_t in_flight_ = 0;                  // number of attempts
  std::size_t in_flight_limit_;                // below max_in_flight during a shortage
  bool watches_observer_ = false;
  bool stopped_ = false;
  std::exception_ptr error_;
  std::map<Epoch, std::size_t> active_;  // number of coroutines that do not wait for a time
  std::map<Deadline*, TimeWait> waits_;
  Condition changed_;    // a coroutine has ended, or waits for a time
  Condition slot_free_;  // for one more attempt
  Deadline interrupt_;
  DeliveryResult result_;
};

}  // namespace slotflow
