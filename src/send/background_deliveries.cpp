#include "send/background_deliveries.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>

#include "domain/error.h"
#include "net/deadline.h"

namespace slotflow {

namespace {

constexpr Duration kUntilRecorded{1};             // between two looks
constexpr auto kGrace = std::chrono::seconds(1);  // of stop()

[[noreturn]] void throw_ended() {
  throw Error(ErrorCode::io_error, "no more events are delivered");
}

SchedulerOptions staying_open(SchedulerOptions options) {
  options.stays_open = true;
  return options;
}

}  // namespace

BackgroundDeliveries::BackgroundDeliveries(EmulatedClock& clock, SchedulerOptions options,
                                           DeliveryObserver& observer, Callbacks callbacks)
    : observer_(observer),
      callbacks_(std::move(callbacks)),
      clock_(clock),
      loop_(interrupt_),
      client_(loop_, TlsOptions{}),
      scheduler_(loop_, client_, clock_, staying_open(std::move(options)), *this),
      thread_([this] { work(); }) {}

BackgroundDeliveries::~BackgroundDeliveries() {
  stop();
}

void BackgroundDeliveries::work() {
  std::string failure;
  try {
    scheduler_.drain();
  } catch (const std::exception& error) {
    failure = error.what();
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  if (!failure.empty() && callbacks_.on_failure) callbacks_.on_failure(failure);
}

std::size_t BackgroundDeliveries::stop() {
  scheduler_.stop();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kGrace, [this] { return ended_; });
  }
  interrupt_.trigger();
  if (thread_.joinable()) thread_.join();
  return unsettled_;
}

void BackgroundDeliveries::submit(std::vector<Delivery> deliveries) {
  if (deliveries.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;  // nobody would take them
  }
  unsettled_ += deliveries.size();
  asio::post(loop_.context(),
             [this, epoch = epoch_.load(), deliveries = std::move(deliveries)]() mutable {
               for (Delivery& delivery : deliveries) begin({std::move(delivery), epoch});
             });
}

void BackgroundDeliveries::begin(Submitted submitted) {
  auto& [delivery, epoch] = submitted;
  const auto [place, is_first] =
      lines_.try_emplace({delivery.booking_id.value_or(""), delivery.webhook_id.value_or("")});
  Line& line = place->second;
  if (!is_first) return line.waiting.push_back(std::move(submitted));
  line.current = delivery.id;
  scheduler_.start({std::move(delivery)}, epoch);
}

void BackgroundDeliveries::settled(const Delivery& delivery, Outcome outcome) {
  observer_.settled(delivery, outcome);
  --unsettled_;
  go_on(delivery);
}

void BackgroundDeliveries::dropped(const Delivery& delivery) {
  observer_.dropped(delivery);
  end(delivery);
  go_on(delivery);
}

// Begins the next one of the line.
void BackgroundDeliveries::go_on(const Delivery& ended) {
  unwanted_.erase(ended.id);
  const auto place = lines_.find({ended.booking_id.value_or(""), ended.webhook_id.value_or("")});
  // After end_waiting(), it can be the line of another one.
  if (place == lines_.end() || place->second.current != ended.id) return;
  Line& line = place->second;
  while (!line.waiting.empty()) {
    Submitted next = std::move(line.waiting.front());
    line.waiting.pop_front();
    if (observer_.is_wanted(next.delivery)) {
      line.current = next.delivery.id;
      return scheduler_.start({std::move(next.delivery)}, next.epoch);
    }
    end(next.delivery);
  }
  lines_.erase(place);
}

// Many can end at once: they are told together.
void BackgroundDeliveries::end(const Delivery& delivery) {
  --unsettled_;
  if (ended_ids_.empty()) asio::post(loop_.context(), [this] { tell_ended(); });
  ended_ids_.push_back(delivery.id);
}

void BackgroundDeliveries::tell_ended() {
  const std::vector<std::string> ids = std::exchange(ended_ids_, {});
  if (!ids.empty() && callbacks_.on_end) callbacks_.on_end(ids);
}

asio::awaitable<void> BackgroundDeliveries::end_waiting() {
  for (auto& [name, line] : lines_) {
    unwanted_.insert(line.current);
    for (const Submitted& waiting : line.waiting) end(waiting.delivery);
  }
  lines_.clear();
  scheduler_.make_all_due();
  co_await scheduler_.wait_until_none_is_due();
  tell_ended();
}

void BackgroundDeliveries::end_all() {
  run_on_thread(end_waiting());
}

// Waits until `task` or the thread has ended.
void BackgroundDeliveries::run_on_thread(asio::awaitable<void> task) {
  struct End {
    bool is_done = false;
    std::exception_ptr error;
  };
  const auto ended = std::make_shared<End>();  // guarded by mutex_
  const auto end = [this, ended](std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    *ended = {true, std::move(error)};
    changed_.notify_all();
  };
  asio::co_spawn(loop_.context(), std::move(task), end);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ended->is_done || ended_; });
  if (ended->error) std::rethrow_exception(ended->error);
  if (!ended->is_done) throw_ended();
}

void BackgroundDeliveries::change_clock(const std::function<Timestamp(Timestamp)>& change) {
  const std::lock_guard one_at_a_time(clock_mutex_);
  clock_.hold(true);
  try {
    const Scheduler::Epoch last = epoch_++;
    run_on_thread(go_to(change(clock_.now()), last));
  } catch (...) {
    clock_.hold(false);
    notice_clock();
    throw;
  }
  clock_.hold(false);
  notice_clock();
}

void BackgroundDeliveries::freeze_clock(bool is_frozen) {
  const std::lock_guard one_at_a_time(clock_mutex_);
  clock_.freeze(is_frozen);
  notice_clock();
}

void BackgroundDeliveries::notice_clock() {
  asio::post(loop_.context(), [this] { scheduler_.notice_clock(); });
}

asio::awaitable<void> BackgroundDeliveries::go_to(Timestamp time, Scheduler::Epoch last) {
  co_await scheduler_.wait_until_idle(last);
  std::optional<Timestamp> next = scheduler_.next_due(last);
  while (next && *next <= time && !scheduler_.is_over()) {
    clock_.set(std::max(*next, clock_.now()));
    scheduler_.notice_due();
    co_await scheduler_.wait_until_idle(last);
    next = scheduler_.next_due(last);
  }
  if (scheduler_.is_over()) throw_ended();  // what falls due was not made
  clock_.set(time);
  Deadline deadline(loop_);
  const std::uint64_t records = observer_.records();
  bool waits = !observer_.has_recorded(records);
  while (waits) {
    const bool waited = co_await deadline.wait(kUntilRecorded);
    waits = waited && !observer_.has_recorded(records);
  }
}

}  // namespace slotflow
