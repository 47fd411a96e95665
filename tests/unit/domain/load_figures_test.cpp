#include "domain/load_figures.h"

#include <doctest/doctest.h>

using namespace slotflow;
using namespace std::chrono_literals;

namespace {

Reply answer(int status) {
  Reply reply;
  reply.result = Response{.status = status, .headers = {}, .body = ""};
  return reply;
}

Reply failure(FailureKind kind, const std::string& detail = "") {
  Reply reply;
  reply.result = Failure{kind, detail};
  return reply;
}

void run(LoadFigures& figures, std::chrono::microseconds due, std::chrono::microseconds started,
         std::chrono::microseconds ended, const Reply& reply) {
  figures.start(due);
  figures.add_start_delay(started - due);
  figures.end({due, started, ended, &reply});
}

}  // namespace

TEST_CASE("load_figures: counts what became of events") {
  LoadFigures figures;
  run(figures, 0ms, 0ms, 10ms, answer(200));
  run(figures, 10ms, 21ms, 30ms, answer(204));  // late
  run(figures, 20ms, 30ms, 40ms, answer(302));  // Slotflow follows no redirect
  run(figures, 30ms, 30ms, 50ms, answer(500));
  run(figures, 40ms, 41ms, 42ms, failure(FailureKind::connection_refused, "nobody listens"));
  run(figures, 50ms, 51ms, 53ms, failure(FailureKind::connection_refused, "another"));
  run(figures, 60ms, 60ms, 1060ms, failure(FailureKind::timeout));
  figures.drop(70ms);
  figures.start(80ms);
  figures.add_start_delay(0ms);
  figures.start(90ms);
  figures.add_start_delay(0ms);
  figures.drop_started(90ms);
  CHECK(figures.asked() == 10);
  CHECK(figures.started() == 8);
  CHECK(figures.late() == 1);
  CHECK(figures.dropped() == 2);
  CHECK(figures.answered() == 4);
  CHECK(figures.succeeded() == 2);
  CHECK(figures.failed() == 5);
  CHECK(figures.unfinished() == 1);
  CHECK(figures.error_count() == 3);
  CHECK(figures.statuses() == std::map<int, std::uint64_t>{{200, 1}, {204, 1}, {302, 1}, {500, 1}});
  const LoadError& refused = figures.errors().at(FailureKind::connection_refused);
  CHECK(refused.count == 2);
  CHECK(refused.first_at == 41ms);
  CHECK(refused.example == "nobody listens");
}

TEST_CASE("load_figures: latency counts from when an event was due, service time from its start") {
  LoadFigures figures;
  run(figures, 10ms, 15ms, 40ms, answer(200));
  CHECK(figures.latency().max() == 30ms);
  CHECK(figures.service().max() == 25ms);
  CHECK(figures.start_delay().max() == 5ms);
  // A refused connection says nothing about how long events take; a time-out does.
  run(figures, 20ms, 20ms, 21ms, failure(FailureKind::connection_refused));
  CHECK(figures.latency().count() == 1);
  run(figures, 30ms, 30ms, 1030ms, failure(FailureKind::timeout));
  CHECK(figures.latency().max() == 1000ms);
}

TEST_CASE("load_figures: an event belongs to the part of the time in which it was due") {
  LoadFigures figures;
  run(figures, 900ms, 900ms, 3s, answer(200));
  run(figures, 1100ms, 1100ms, 1200ms, answer(500));
  figures.drop(2500ms);
  REQUIRE(figures.intervals().size() == 3);
  CHECK(figures.interval_length() == 1s);
  CHECK(figures.intervals()[0].latency.max() == 2100ms);
  CHECK(figures.intervals()[1].failed == 1);
  CHECK(figures.intervals()[1].statuses.at(500) == 1);
  CHECK(figures.intervals()[2].dropped == 1);
}

TEST_CASE("load_figures: a long run has longer parts, and loses nothing") {
  LoadFigures figures;
  for (int second = 0; second < 2'000; ++second) {
    const std::chrono::microseconds at = std::chrono::seconds(second);
    run(figures, at, at, at + 1ms, answer(second % 2 == 0 ? 200 : 503));
  }
  CHECK(figures.intervals().size() <= LoadFigures::kMaxIntervals);
  CHECK(figures.interval_length() == 8s);
  std::uint64_t started = 0, failed = 0;
  for (const LoadInterval& interval : figures.intervals()) {
    started += interval.started;
    failed += interval.failed;
    CHECK(interval.latency.count() == interval.started);
  }
  CHECK(started == 2'000);
  CHECK(failed == 1'000);
  CHECK(figures.intervals().front().started == 8);
}
