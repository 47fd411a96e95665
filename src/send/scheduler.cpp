#include "send/scheduler.h"

#include <algorithm>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>

#include "net/connect.h"
#include "send/slotflow_request.h"

namespace slotflow {

namespace {

// The wait while the observer is behind, or after a shortage without other attempts.
constexpr Duration kBriefly{5};
constexpr int kPatience = 200;  // times kBriefly
constexpr Duration kLonger{500};

}  // namespace

Scheduler::Scheduler(EventLoop& loop, Sender& sender, Clock& clock, SchedulerOptions options,
                     DeliveryObserver& observer)
    : loop_(loop),
      sender_(sender),
      clock_(clock),
      options_(std::move(options)),
      observer_(observer),
      in_flight_limit_(options_.max_in_flight),
      changed_(loop.context()),
      slot_free_(loop.context()),
      interrupt_(loop) {
  interrupt_.on_end([this] { end_waits(); });
}

Scheduler::~Scheduler() = default;

void Scheduler::submit(Lane lane) {
  ++lanes_to_come_;
  asio::post(loop_.context(), [this, lane = std::move(lane)]() mutable {
    --lanes_to_come_;
    start(std::move(lane), 0);
  });
}

void Scheduler::start(Lane lane, Epoch epoch) {
  result_.summary.deliveries += lane.size();
  for (const Delivery& delivery : lane) observer_.planned(delivery);
  spawn(run_lane(std::move(lane), epoch), epoch);
}

void Scheduler::spawn(asio::awaitable<void> task, Epoch epoch) {
  ++running_;
  set_active(epoch, true);
  asio::co_spawn(loop_.context(), std::move(task), [this, epoch](std::exception_ptr error) {
    if (error) fail(error);
    --running_;
    set_active(epoch, false);
  });
}

void Scheduler::set_active(Epoch epoch, bool is_active) {
  if (is_active) {
    ++active_[epoch];
    return;
  }
  const auto place = active_.find(epoch);
  if (--place->second == 0) active_.erase(place);
  changed_.notify();
}

void Scheduler::stop() {
  asio::post(loop_.context(), [this] {
    stopped_ = true;
    end_waits();
  });
}

DeliveryResult Scheduler::drain() {
  loop_.run(settle_all());
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  return std::exchange(result_, {});
}

asio::awaitable<void> Scheduler::settle_all() {
  while (lanes_to_come_ > 0 || running_ > 0 || (options_.stays_open && !is_over())) {
    co_await changed_.wait();
  }
}

bool Scheduler::has_due_waits(Epoch last) const {
  const auto due = next_due(last);
  return due && *due <= clock_.now();
}

asio::awaitable<void> Scheduler::wait_until_idle(Epoch last) {
  const auto is_active = [&] { return !active_.empty() && active_.begin()->first <= last; };
  while ((is_active() || has_due_waits(last)) && !is_over()) co_await changed_.wait();
}

asio::awaitable<void> Scheduler::wait_until_none_is_due() {
  while (has_due_waits(kAllEpochs) && !is_over()) co_await changed_.wait();
}

std::optional<Timestamp> Scheduler::next_due(Epoch last) const {
  std::optional<Timestamp> next;
  for (const auto& [deadline, wait] : waits_) {
    if (wait.epoch <= last) next = next ? std::min(*next, wait.due) : wait.due;
  }
  return next;
}

void Scheduler::make_all_due() {
  for (auto& [deadline, wait] : waits_) wait.due = Timestamp::min();
  notice_clock();
}

void Scheduler::notice_due() {
  const Timestamp now = clock_.now();
  for (const auto& [deadline, wait] : waits_) {
    if (wait.due <= now) deadline->wake();
  }
}

void Scheduler::notice_clock() {
  for (const auto& [deadline, wait] : waits_) deadline->wake();
}

asio::awaitable<void> Scheduler::run_lane(Lane lane, Epoch epoch) {
  std::shared_ptr<LaneRetries> retries;  // only if a delivery waits for them
  if (std::ranges::any_of(lane, &Delivery::after_previous)) {
    retries = std::make_shared<LaneRetries>(loop_.context());
  }
  for (Delivery& delivery : lane) {
    while (delivery.after_previous && retries->count > 0) co_await retries->none.wait();
    int number = delivery.attempts_made + 1;
    std::optional<Timestamp> due = delivery.due;
    if (!due) due = co_await make_attempt(delivery, number++);
    if (!due) continue;
    if (retries) ++retries->count;
    spawn(retry(std::move(delivery), epoch, *due, number, retries), epoch);
  }
}

asio::awaitable<void> Scheduler::retry(Delivery delivery, Epoch epoch, Timestamp due, int number,
                                       std::shared_ptr<LaneRetries> lane) {
  try {
    std::optional<Timestamp> next = due;
    for (; next; ++number) {
      bool is_due = false;
      bool is_wanted = observer_.is_wanted(delivery);
      if (is_wanted) is_due = co_await wait_until(*next, epoch);
      if (is_due) co_await wait_until_recorded(delivery);
      if (is_due) is_wanted = observer_.is_wanted(delivery);
      if (!is_wanted) {
        observer_.dropped(delivery);
        next.reset();
      } else if (is_due) {
        next = co_await make_attempt(delivery, number);
      } else {
        give_up(delivery);
        next.reset();
      }
    }
  } catch (...) {
    fail(std::current_exception());  // before the lane goes on
  }
  if (lane && --lane->count == 0) lane->none.notify();
}

// Returns when the next attempt is due; nullopt if the delivery is settled or abandoned.
asio::awaitable<std::optional<Timestamp>> Scheduler::make_attempt(Delivery& delivery, int number) {
  if (!co_await begin_attempt()) {
    give_up(delivery);
    co_return std::nullopt;
  }
  if (observer_.is_cancelled(delivery)) {
    end_attempt();
    observer_.dropped(delivery);
    co_return std::nullopt;
  }
  Attempt attempt;
  bool sent = false;
  for (int shortages = 0; !sent && !is_over(); ++shortages) {
    std::exception_ptr shortage;
    attempt.at = clock_.now();
    try {
      const Request request = signed_request(delivery, clock_.signing_time());
      attempt.reply = co_await sender_.send(request);
      if (options_.keeps_requests) attempt.request = request_bytes(request);
      sent = true;
    } catch (const Shortage&) {
      shortage = std::current_exception();
    } catch (...) {
      fail(std::current_exception());
    }
    if (shortage) co_await handle_shortage(shortage, shortages);
  }
  end_attempt();
  const Failure* failure = attempt.reply.failure();
  const bool interrupted = failure != nullptr && failure->kind == FailureKind::interrupted;
  if (!sent || interrupted || error_) {
    give_up(delivery);
    co_return std::nullopt;
  }
  report(delivery, attempt, number);
  if (!attempt.next_attempt_in) co_return std::nullopt;
  co_return clock_.now() + *attempt.next_attempt_in;
}

// Waits until the attempt may start. Returns false if it must not.
asio::awaitable<bool> Scheduler::begin_attempt() {
  while (!is_over()) {
    if (in_flight_ >= in_flight_limit_ || watches_observer_) {
      co_await slot_free_.wait();
    } else if (observer_.is_behind()) {
      co_await wait_for_observer();
    } else {
      ++in_flight_;
      co_return true;
    }
  }
  co_return false;
}

// Waits on behalf of all waiting attempts.
asio::awaitable<void> Scheduler::wait_for_observer() {
  watches_observer_ = true;
  Deadline deadline(loop_);
  while (!is_over() && observer_.is_behind()) co_await deadline.wait(kBriefly);
  watches_observer_ = false;
  slot_free_.notify();
}

asio::awaitable<void> Scheduler::wait_until_recorded(const Delivery& delivery) {
  Deadline deadline(loop_);
  while (!is_over() && !observer_.is_recorded(delivery)) co_await deadline.wait(kBriefly);
}

// The shortage may be over: each completed attempt raises the limit by one.
void Scheduler::end_attempt() {
  --in_flight_;
  slot_free_.notify_one();
  if (in_flight_limit_ == options_.max_in_flight) return;
  ++in_flight_limit_;
  slot_free_.notify_one();  // now there is room for two
}

// Lowers the limit and waits until another attempt has ended. If there is no other attempt, waits
// briefly.
asio::awaitable<void> Scheduler::handle_shortage(std::exception_ptr error, int failed_before) {
  if (in_flight_ > 1) {
    --in_flight_;
    in_flight_limit_ = std::min(in_flight_limit_, in_flight_);
    while (!is_over() && in_flight_ >= in_flight_limit_) co_await slot_free_.wait();
    ++in_flight_;
  } else if (failed_before < kPatience || options_.stays_open) {
    Deadline deadline(loop_);
    co_await deadline.wait(failed_before < kPatience ? kBriefly : kLonger);
  } else {
    fail(error);
  }
}

asio::awaitable<bool> Scheduler::wait_until(Timestamp due, Epoch epoch) {
  Deadline deadline(loop_);
  const TimeWait wait{due, epoch};
  const Timestamp& when = waits_.emplace(&deadline, wait).first->second.due;  // can change
  set_active(epoch, false);
  bool waited = true;
  for (auto now = clock_.now(); waited && now < when; now = clock_.now()) {
    if (is_over()) break;
    waited = co_await clock_.wait(deadline, when - now);
  }
  set_active(epoch, true);
  waits_.erase(&deadline);
  co_return waited && !is_over();
}

const DeliveryTerms& Scheduler::terms_of(const Delivery& delivery) const {
  return delivery.terms != nullptr ? *delivery.terms : options_.terms;
}

void Scheduler::report(const Delivery& delivery, Attempt& attempt, int number) {
  const DeliveryTerms& terms = terms_of(delivery);
  attempt.delivery_id = delivery.id;
  attempt.webhook_id = delivery.webhook_id;
  attempt.url = delivery.request.url.to_string();
  attempt.event = delivery.event;
  attempt.booking_id = delivery.booking_id;
  attempt.label = delivery.label;
  attempt.number = number;
  attempt.max_attempts = terms.retry.max_attempts();
  const Response* response = attempt.reply.response();
  const bool expected = response != nullptr && terms.expected_statuses.contains(response->status);
  const bool delivered = attempt.reply.delivered();
  if (!expected && !delivered) attempt.next_attempt_in = terms.retry.delay_after(number);
  attempt.outcome = expected                  ? Outcome::expected
                    : delivered               ? Outcome::delivered
                    : attempt.next_attempt_in ? Outcome::retrying
                                              : Outcome::failed;
  attempt.expected_status = terms.expected_statuses.to_string();
  attempt.invalid_on_purpose = is_invalid(delivery.signing);
  attempt.timeout = delivery.request.timeout;
  DeliverySummary& summary = result_.summary;
  ++summary.attempts;
  observer_.attempted(attempt);
  if (attempt.outcome == Outcome::retrying) return;
  ++(expected ? summary.expected : delivered ? summary.delivered : summary.failed);
  if (attempt.outcome == Outcome::failed && attempt.rejected_as_it_should()) ++summary.rejected;
  observer_.settled(delivery, attempt.outcome);
}

void Scheduler::give_up(const Delivery& delivery) {
  ++result_.summary.unfinished;
  result_.unfinished.push_back(delivery.request.url.to_string());
}

void Scheduler::fail(std::exception_ptr error) {
  if (!error_) error_ = std::move(error);
  end_waits();
}

void Scheduler::end_waits() {
  for (const auto& [deadline, wait] : waits_) deadline->interrupt();
  slot_free_.notify();
  changed_.notify();
}

}  // namespace slotflow
