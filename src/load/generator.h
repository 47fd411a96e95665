// Sends the events of a load test, and measures them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <asio/awaitable.hpp>

#include "domain/load_figures.h"
#include "domain/load_plan.h"
#include "net/condition.h"
#include "net/event_loop.h"
#include "send/client.h"
#include "system/interrupt.h"
#include "system/steady_clock.h"

namespace slotflow {

// What the generator asks for. Called on the loop's thread; must not block.
struct LoadCalls {
  // Returns a request for endpoint `endpoint` that has no event yet. A connection uses it for all
  // its events.
  std::function<Request(std::size_t endpoint)> make_request;
  // Puts the next event, signed now, into such a request.
  std::function<void(std::size_t endpoint, Request& request)> next_event;
  // Receives each event that is measured, when it has ended. May be empty.
  std::function<void(const LoadSample& sample, const Request& request, std::size_t endpoint)>
      on_sample = {};
};

// Events take turns among the endpoints. Each endpoint has connections of its own, which are kept.
// Not thread-safe. All arguments must outlive this object.
class LoadGenerator {
 public:
  // When `stop` is triggered, no further event starts, and those in flight are waited for. An
  // interrupt of the loop ends these, too; they are unfinished then.
  LoadGenerator(EventLoop& loop, Client& client, const LoadPlan& plan, std::size_t endpoints,
                LoadCalls calls, const Interrupt& stop);
  LoadGenerator(const LoadGenerator&) = delete;
  LoadGenerator& operator=(const LoadGenerator&) = delete;

  // Returns when all events have ended.
  asio::awaitable<void> run();

  const LoadFigures& figures() const { return figures_; }
  // Returns what this machine lacked to send some events: descriptors, ports or memory; empty:
  // there was enough.
  const std::string& shortage() const { return shortage_; }
  std::size_t in_flight() const { return in_flight_; }
  // Returns how many events have started, those of the warm-up included.
  std::uint64_t all_started() const { return all_started_; }
  // Returns how long events were started for, or should have been: what the rate is measured by.
  // During run(): so far.
  std::chrono::microseconds elapsed() const;
  bool is_warming_up() const;

 private:
  struct Connection {
    Connection(Client& its_client, Request made) : client(its_client), request(std::move(made)) {}

    ClientConnection client;
    Request request;
  };
  struct Endpoint {
    std::vector<std::unique_ptr<Connection>> idle;
  };
  struct Wanted {
    std::optional<SteadyTime> due;  // nullopt: when it starts
    bool is_measured;
  };

  asio::awaitable<void> run_open();
  asio::awaitable<void> work();
  asio::awaitable<std::optional<SteadyTime>> send_one(std::size_t endpoint, Wanted wanted);
  asio::awaitable<void> send_and_forget(std::size_t endpoint, Wanted wanted);
  std::unique_ptr<Connection> take_connection(std::size_t endpoint);
  void spawn(asio::awaitable<void> task);
  void start(SteadyTime due);
  bool is_measured(SteadyTime due) const { return due >= measure_from_; }
  std::chrono::microseconds since(SteadyTime time) const;
  std::size_t next_endpoint();
  bool is_over() const;

  EventLoop& loop_;
  Client& client_;
  const LoadPlan plan_;
  const LoadCalls calls_;
  const Interrupt& stop_;
  std::vector<Endpoint> endpoints_;
  std::size_t turn_ = 0;
  std::size_t in_flight_ = 0;
  std::size_t idle_ = 0;  // connections
  std::uint64_t all_started_ = 0;
  std::size_t running_ = 0;  // number of coroutines
  std::uint64_t begun_ = 0;  // events of a closed model that are measured
  Condition changed_;        // a coroutine has ended
  std::exception_ptr error_;
  SteadyTime begin_;
  SteadyTime measure_from_;
  SteadyTime starts_end_ = SteadyTime::max();  // when the last one has started
  LoadFigures figures_;
  std::string shortage_;
};

}  // namespace slotflow
