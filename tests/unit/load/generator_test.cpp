#include "load/generator.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include <doctest/doctest.h>

#include "support/live_server.h"

using namespace slotflow;
using namespace slotflow::test;
using namespace std::chrono_literals;

namespace {

LoadPlan open_plan(double rate, std::uint64_t count) {
  LoadPlan plan;
  plan.rate = rate;
  plan.count = count;
  return plan;
}

LoadPlan closed_plan(std::size_t concurrency, std::uint64_t count) {
  LoadPlan plan;
  plan.concurrency = concurrency;
  plan.count = count;
  return plan;
}

// Sends to servers of the test.
struct Load {
  explicit Load(std::vector<int> server_ports) : ports(std::move(server_ports)) {}

  // Runs until all events have ended.
  void run(const LoadPlan& plan) {
    EventLoop loop(give_up);
    Client client(loop, {});
    LoadCalls calls;
    calls.make_request = [this](std::size_t endpoint) {
      Request request;
      request.url = parse_url("url", "http://127.0.0.1:" + std::to_string(ports[endpoint]) + "/");
      request.timeout = std::chrono::minutes(5);
      return request;
    };
    calls.next_event = [this](std::size_t, Request& request) {
      request.body = std::to_string(made++);
      if (on_made) on_made();
    };
    calls.on_sample = [this](const LoadSample& sample, const Request&, std::size_t) {
      samples.push_back(sample);
    };
    LoadGenerator generator(loop, client, plan, ports.size(), calls, stop);
    loop.run(generator.run());
    figures = generator.figures();
    elapsed = generator.elapsed();
    shortage = generator.shortage();
  }

  std::vector<int> ports;
  Interrupt stop;
  Interrupt give_up;
  int made = 0;
  std::function<void()> on_made = {};
  std::vector<LoadSample> samples;
  LoadFigures figures;
  std::chrono::microseconds elapsed{0};
  std::string shortage;
};

// A server that does not answer from `begin` to `end` after its first request.
struct StallingServer {
  StallingServer(Duration begin, Duration end)
      : server([this, begin, end](http::IncomingRequest& request) {
          if (!first) first = request.complete;
          const auto at = request.complete - *first;
          http::OutgoingResponse response = echo(request);
          if (at < begin || at >= end) return response;
          ++during_stall;
          response.delay = std::chrono::ceil<Duration>(end - at);
          return response;
        }) {}

  std::optional<SteadyTime> first;  // used by the loop's thread
  std::atomic<int> during_stall{0};
  LiveServer server;
};

}  // namespace

TEST_CASE("load generator: a closed model sends each event, so many at a time") {
  LiveServer server;
  Load load({server.port()});
  load.run(closed_plan(4, 300));
  CHECK(std::ranges::all_of(
      load.samples, [](const LoadSample& sample) { return sample.latency() == sample.service(); }));
  CHECK(load.figures.started() == 300);
  CHECK(load.figures.succeeded() == 300);
  CHECK(load.figures.unfinished() == 0);
  CHECK(server.requests().size() == 300);
  CHECK(load.samples.size() == 300);
  // Nothing is due before it starts.
  for (const LoadSample& sample : load.samples) CHECK(sample.started - sample.due < 1s);
  std::set<std::string> bodies;
  for (const http::IncomingRequest& request : server.requests()) bodies.insert(request.body);
  CHECK(bodies.size() == 300);
}

TEST_CASE("load generator: an open model starts events when they are due, not before") {
  LiveServer server;
  Load load({server.port()});
  LoadPlan plan = open_plan(1'000, 200);
  load.run(plan);
  CHECK(load.figures.started() == 200);
  CHECK(load.figures.succeeded() == 200);
  CHECK(load.elapsed >= 200ms);
  std::set<std::chrono::microseconds> due;
  for (const LoadSample& sample : load.samples) {
    CHECK(sample.started >= sample.due);
    CHECK(sample.ended >= sample.started);
    due.insert(sample.due);
  }
  CHECK(due.size() == 200);
  CHECK(*due.begin() == 0us);
  CHECK(*due.rbegin() == 199ms);
}

TEST_CASE("load generator: the warm-up is sent, but not measured") {
  LiveServer server;
  Load load({server.port()});
  LoadPlan plan = open_plan(1'000, 50);
  plan.warmup = 100ms;
  load.run(plan);
  CHECK(load.figures.started() == 50);
  CHECK(load.samples.size() == 50);
  CHECK(server.requests().size() == 150);
}

TEST_CASE("load generator: endpoints take turns") {
  LiveServer first, second;
  Load load({first.port(), second.port()});
  load.run(open_plan(2'000, 100));
  CHECK(first.requests().size() == 50);
  CHECK(second.requests().size() == 50);
}

TEST_CASE("load generator: what more than the limit would be in flight is dropped") {
  LiveServer server([](http::IncomingRequest& request) {
    http::OutgoingResponse response = echo(request);
    response.delay = std::chrono::hours(1);
    return response;
  });
  Load load({server.port()});
  std::thread ending([&] {
    server.requests(5);
    std::this_thread::sleep_for(50ms);  // 50 more are due
    load.stop.trigger();
    load.give_up.trigger();
  });
  LoadPlan plan = open_plan(1'000, 1'000'000);
  plan.max_in_flight = 5;
  load.run(plan);
  ending.join();
  CHECK(load.figures.started() == 5);
  CHECK(load.figures.unfinished() == 5);  // at the end, nobody waited for them
  CHECK(load.figures.failed() == 0);
  CHECK(load.figures.dropped() > 0);
}

TEST_CASE("load generator: when it is stopped, what is in flight is waited for") {
  LiveServer server([&](http::IncomingRequest& request) {
    http::OutgoingResponse response = echo(request);
    response.delay = 300ms;
    return response;
  });
  for (const LoadPlan& plan : {open_plan(100, 1'000'000), closed_plan(3, 1'000'000)}) {
    CAPTURE(plan.is_open());
    Load load({server.port()});
    const std::size_t before = server.requests().size();
    std::thread ending([&] {
      server.requests(before + 3);
      load.stop.trigger();
    });
    load.run(plan);
    ending.join();
    CHECK(load.figures.started() >= 3);
    CHECK(load.figures.started() < 1'000'000);
    CHECK(load.figures.unfinished() == 0);
    CHECK(load.figures.succeeded() == load.figures.started());
  }
}

TEST_CASE("load generator: the time of a run that was too slow and was stopped is what it took") {
  LiveServer server;
  Load load({server.port()});
  load.on_made = [&] {
    std::this_thread::sleep_for(5ms);
    if (load.made == 60) load.stop.trigger();
  };
  LoadPlan plan = open_plan(1'000, 0);
  plan.count.reset();
  plan.duration = 100ms;  // 100 events, which take 500 ms
  load.run(plan);
  CHECK(load.figures.started() < 100);
  CHECK(load.elapsed >= 300ms);
}

TEST_CASE("load generator: a stall shows in an open model, and a closed one hides it") {
  // 500 events in 1 s, of which 200 are due in a stall of 0.4 s. They wait from 0.4 s to 0, evenly:
  // of all events, 80 % wait at most 0.2 s, 95 % at most 0.35 s. A busy machine only adds to it.
  StallingServer open(200ms, 600ms);
  Load load({open.server.port()});
  load.run(open_plan(500, 500));
  CHECK(load.figures.latency().percentile(80) >= 190ms);
  CHECK(load.figures.latency().percentile(95) >= 332ms);
  CHECK(load.figures.latency().max() >= 380ms);

  StallingServer closed(200ms, 600ms);
  Load hiding({closed.server.port()});
  LoadPlan plan = closed_plan(2, 1);
  plan.count.reset();
  plan.duration = 1s;
  hiding.run(plan);
  CHECK(closed.during_stall <= 2);
  CHECK(hiding.figures.started() > 2);
}

TEST_CASE("load generator: without keep-alive, each event has a connection of its own") {
  LiveServer server;
  Load load({server.port()});
  LoadPlan plan = closed_plan(2, 20);
  plan.keep_alive = false;
  load.run(plan);
  CHECK(load.figures.succeeded() == 20);
  for (const http::IncomingRequest& request : server.requests()) {
    CHECK_FALSE(request.head.keep_alive);
  }
}

TEST_CASE("load generator: an endpoint that nobody listens on fails each event") {
  int port = 0;
  {
    LiveServer server;
    port = server.port();
  }
  Load load({port});
  load.run(open_plan(1'000, 20));
  CHECK(load.figures.started() == 20);
  CHECK(load.figures.failed() == 20);
  CHECK(load.figures.errors().at(FailureKind::connection_refused).count == 20);
}
