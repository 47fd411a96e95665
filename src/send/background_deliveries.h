// Makes deliveries while the rest of the program goes on.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>

#include "net/emulated_clock.h"
#include "net/event_loop.h"
#include "send/client.h"
#include "send/scheduler.h"
#include "system/interrupt.h"

namespace slotflow {

// Its own thread makes them until stop(). Thread-safe, except stop().
class BackgroundDeliveries : private DeliveryObserver {
 public:
  // Both are called on the thread.
  struct Callbacks {
    // Gets the ids of deliveries that are not made any more.
    std::function<void(const std::vector<std::string>& ids)> on_end = {};
    // Gets why no further delivery is made.
    std::function<void(const std::string& reason)> on_failure = {};
  };

  // All references must outlive this object; `observer` is called on the thread. Of it, is_wanted()
  // is asked before each attempt that had to wait. Throws std::system_error if there are no
  // descriptors or no thread for it.
  BackgroundDeliveries(EmulatedClock& clock, SchedulerOptions options, DeliveryObserver& observer,
                       Callbacks callbacks);
  ~BackgroundDeliveries() override;  // calls stop()
  BackgroundDeliveries(const BackgroundDeliveries&) = delete;
  BackgroundDeliveries& operator=(const BackgroundDeliveries&) = delete;

  // Does not wait; does nothing once no more deliveries are made. Deliveries of the same booking to
  // the same webhook are made in the order of these calls: each starts when the one before has been
  // delivered or has failed for good.
  void submit(std::vector<Delivery> deliveries);

  // Sets the clock to the time that `change` makes of the present one. If that is later, makes all
  // that falls due in between, each at its time. Returns when these and the attempts that were
  // running have ended; what is submitted meanwhile is not waited for. One call waits for the
  // other. Throws Error{io_error} if no more deliveries are made.
  void change_clock(const std::function<Timestamp(Timestamp)>& change);
  // Makes the clock stand still, or go on.
  void freeze_clock(bool is_frozen);

  // Ends all deliveries, and returns when that is done. Running attempts are not waited for, and
  // not repeated. Throws Error{io_error} if no more deliveries are made.
  void end_all();

  // Starts no further attempt, so that no call waits for one. stop() has to follow.
  void begin_stop() { scheduler_.stop(); }
  // Lets running attempts end for a second. What is not made by then is abandoned. Returns how many
  // deliveries that is.
  std::size_t stop();

 private:
  // The deliveries of a booking to a webhook.
  using LineName = std::pair<std::string, std::string>;
  // It was submitted after so many changes of the clock.
  struct Submitted {
    Delivery delivery;
    Scheduler::Epoch epoch;
  };
  struct Line {
    std::string current;  // its id
    std::deque<Submitted> waiting;
  };

  void work();
  void begin(Submitted submitted);
  void go_on(const Delivery& ended);
  void end(const Delivery& delivery);
  void tell_ended();
  asio::awaitable<void> end_waiting();
  void run_on_thread(asio::awaitable<void> task);
  asio::awaitable<void> go_to(Timestamp time, Scheduler::Epoch last);
  void notice_clock();

  void planned(const Delivery& delivery) override { observer_.planned(delivery); }
  void attempted(const Attempt& attempt) override { observer_.attempted(attempt); }
  void settled(const Delivery& delivery, Outcome outcome) override;
  bool is_wanted(const Delivery& delivery) const override {
    return !unwanted_.contains(delivery.id) && observer_.is_wanted(delivery);
  }
  bool is_cancelled(const Delivery& delivery) const override {
    return unwanted_.contains(delivery.id);
  }
  void dropped(const Delivery& delivery) override;
  bool is_behind() const override { return observer_.is_behind(); }
  bool is_recorded(const Delivery& delivery) const override {
    return observer_.is_recorded(delivery);
  }
  std::uint64_t records() const override { return observer_.records(); }
  bool has_recorded(std::uint64_t first_ones) const override {
    return observer_.has_recorded(first_ones);
  }

  DeliveryObserver& observer_;
  Callbacks callbacks_;
  EmulatedClock& clock_;
  Interrupt interrupt_;
  EventLoop loop_;
  Client client_;
  Scheduler scheduler_;
  std::atomic<std::size_t> unsettled_{0};
  std::atomic<Scheduler::Epoch> epoch_{0};
  std::map<LineName, Line> lines_;      // used by the thread, as are the next two
  std::set<std::string> unwanted_;      // ids of deliveries that are to end
  std::vector<std::string> ended_ids_;  // that tell_ended() has not told
  std::mutex clock_mutex_;              // held while the clock is changed
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;  // the thread makes no more deliveries; guarded by mutex_
  std::thread thread_;
};

}  // namespace slotflow
