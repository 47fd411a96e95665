#include "load/generator.h"

#include <algorithm>
#include <utility>

#include <asio/co_spawn.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>

#include "net/connect.h"
#include "net/deadline.h"

namespace slotflow {

namespace {

// A wait is never longer, so that a stop is noticed soon.
constexpr std::chrono::milliseconds kLongestWait{50};
// Events that are started before the loop looks for responses.
constexpr int kStartsAtOnce = 16;

}  // namespace

LoadGenerator::LoadGenerator(EventLoop& loop, Client& client, const LoadPlan& plan,
                             std::size_t endpoints, LoadCalls calls, const Interrupt& stop)
    : loop_(loop),
      client_(client),
      plan_(plan),
      calls_(std::move(calls)),
      stop_(stop),
      endpoints_(endpoints),
      changed_(loop.context()) {}

asio::awaitable<void> LoadGenerator::run() {
  begin_ = steady_now();
  measure_from_ = begin_ + plan_.warmup;
  try {
    if (plan_.is_open()) {
      co_await run_open();
    } else {
      for (std::size_t i = 0; i < plan_.concurrency; ++i) spawn(work());
    }
  } catch (...) {  // those in flight use this object
    error_ = std::current_exception();
  }
  while (running_ > 0) co_await changed_.wait();
  if (error_) std::rethrow_exception(error_);
}

asio::awaitable<void> LoadGenerator::run_open() {
  const std::uint64_t events = events_in(plan_);
  Deadline pause(loop_);
  int at_once = 0;
  for (std::uint64_t i = 0; i < events && !is_over(); ++i) {
    const SteadyTime due = begin_ + due_after(plan_, i);
    auto now = steady_now();
    while (now < due && !is_over()) {
      at_once = 0;
      co_await pause.wait_until(std::min(due, now + kLongestWait));
      now = steady_now();
    }
    if (is_over()) break;
    start(due);
    if (++at_once < kStartsAtOnce) continue;
    at_once = 0;
    co_await asio::post(loop_.context(), asio::use_awaitable);
  }
  // The time of the last event belongs to it: at 2 events a second, two take a second.
  const SteadyTime end =
      plan_.duration ? measure_from_ + *plan_.duration : begin_ + due_after(plan_, events);
  starts_end_ = is_over() ? steady_now() : std::max(steady_now(), end);
}

// Sends one event after the other.
asio::awaitable<void> LoadGenerator::work() {
  constexpr std::chrono::milliseconds kAfterShortage{10};
  Deadline pause(loop_);
  for (SteadyTime now = steady_now(); !is_over();) {
    if (plan_.duration && now >= measure_from_ + *plan_.duration) break;
    const bool measured = is_measured(now);
    if (measured && plan_.count && begun_ == *plan_.count) break;
    if (measured) ++begun_;
    ++in_flight_;
    const auto ended = co_await send_one(next_endpoint(), {std::nullopt, measured});
    if (!ended) co_await pause.wait(kAfterShortage);
    now = ended ? *ended : steady_now();
  }
  starts_end_ = std::min(starts_end_, steady_now());
}

void LoadGenerator::start(SteadyTime due) {
  if (in_flight_ >= plan_.max_in_flight) {
    if (is_measured(due)) figures_.drop(since(due));
    return;
  }
  ++in_flight_;
  spawn(send_and_forget(next_endpoint(), {due, is_measured(due)}));
}

asio::awaitable<void> LoadGenerator::send_and_forget(std::size_t endpoint, Wanted wanted) {
  co_await send_one(endpoint, wanted);
}

// If as many connections as can be open are open, one to another endpoint is closed.
std::unique_ptr<LoadGenerator::Connection> LoadGenerator::take_connection(std::size_t endpoint) {
  auto& own = endpoints_[endpoint].idle;
  if (own.empty()) {
    if (idle_ > 0 && idle_ + in_flight_ > plan_.max_connections) {
      std::ranges::max_element(endpoints_, {}, [](const Endpoint& one) {
        return one.idle.size();
      })->idle.pop_back();
      --idle_;
    }
    return std::make_unique<Connection>(client_, calls_.make_request(endpoint));
  }
  auto connection = std::move(own.back());
  own.pop_back();
  --idle_;
  return connection;
}

// The caller has counted it in in_flight_. Returns when it ended, or nullopt if this machine could
// not send it.
asio::awaitable<std::optional<SteadyTime>> LoadGenerator::send_one(std::size_t endpoint,
                                                                   Wanted wanted) {
  std::unique_ptr<Connection> connection = take_connection(endpoint);
  const Request& request = connection->request;
  calls_.next_event(endpoint, connection->request);
  SteadyTime started = steady_now();
  const SteadyTime due = wanted.due.value_or(started);
  ++all_started_;
  if (wanted.is_measured) figures_.start(since(due));
  Reply reply;
  std::string shortage;
  try {
    reply = co_await connection->client.send(request, plan_.keep_alive);
  } catch (const Shortage& error) {
    shortage = error.what();
  }
  const SteadyTime ended = connection->client.ended_at();
  // Connecting is part of the service time, so a wait after it is, too.
  if (reply.connecting.count() == 0) started += reply.write_delay;
  const bool was_sent = shortage.empty();
  if (wanted.is_measured && was_sent) {
    const SteadyTime from = wanted.due.value_or(started);
    figures_.add_start_delay(std::chrono::floor<std::chrono::microseconds>(started - from));
    const LoadSample sample{since(from), since(started), since(ended), &reply};
    const Failure* failure = reply.failure();
    // One that was interrupted stays unfinished.
    if (failure == nullptr || failure->kind != FailureKind::interrupted) {
      figures_.end(sample);
      if (calls_.on_sample) calls_.on_sample(sample, request, endpoint);
    }
  } else if (wanted.is_measured) {
    figures_.drop_started(since(due));
  }
  if (!was_sent) shortage_ = std::move(shortage);
  --in_flight_;
  endpoints_[endpoint].idle.push_back(std::move(connection));
  ++idle_;
  co_return was_sent ? std::optional(ended) : std::nullopt;
}

void LoadGenerator::spawn(asio::awaitable<void> task) {
  ++running_;
  try {
    asio::co_spawn(loop_.context(), std::move(task), [this](const std::exception_ptr& error) {
      --running_;
      if (error && !error_) error_ = error;
      if (running_ == 0) changed_.notify();
    });
  } catch (...) {  // out of memory
    --running_;
    throw;
  }
}

std::chrono::microseconds LoadGenerator::since(SteadyTime time) const {
  return std::chrono::floor<std::chrono::microseconds>(time - measure_from_);
}

std::size_t LoadGenerator::next_endpoint() {
  const std::size_t endpoint = turn_;
  turn_ = (turn_ + 1) % endpoints_.size();
  return endpoint;
}

bool LoadGenerator::is_over() const {
  return stop_.triggered() || loop_.interrupted() || error_ != nullptr;
}

std::chrono::microseconds LoadGenerator::elapsed() const {
  const SteadyTime end = starts_end_ == SteadyTime::max() ? steady_now() : starts_end_;
  return std::max(since(end), std::chrono::microseconds(0));
}

bool LoadGenerator::is_warming_up() const {
  return steady_now() < measure_from_;
}

}  // namespace slotflow
