#include "cli/commands/load_watch.h"

#include <algorithm>
#include <exception>

#include <asio/co_spawn.hpp>

#include "net/condition.h"
#include "net/deadline.h"

namespace slotflow {

namespace {

struct Watch {
  const LoadGenerator& generator;
  const LoadPlan& plan;
  LoadProgress& progress;
  const Interrupt& stop;
  Deadline pause;
  Condition ended;
  std::uint64_t started_before = 0;
  SteadyTime looked_at = steady_now();
  bool is_over = false;
  bool is_running = true;
};

double part_done(const Watch& watch) {
  const LoadPlan& plan = watch.plan;
  const double done = plan.duration ? std::chrono::duration<double>(watch.generator.elapsed()) /
                                          std::chrono::duration<double>(*plan.duration)
                                    : static_cast<double>(watch.generator.figures().asked()) /
                                          static_cast<double>(*plan.count);
  return std::clamp(done, 0.0, 1.0);
}

LoadMoment moment_of(Watch& watch) {
  const LoadFigures& figures = watch.generator.figures();
  LoadMoment moment;
  moment.elapsed = watch.generator.elapsed();
  moment.is_warming_up = watch.generator.is_warming_up();
  const std::uint64_t started = watch.generator.all_started();
  moment.started = moment.is_warming_up ? started : figures.started();
  moment.in_flight = watch.generator.in_flight();
  moment.failed = figures.failed();
  moment.dropped = figures.dropped();
  if (figures.latency().count() > 0) moment.p99 = figures.latency().percentile(99);
  moment.part_done = part_done(watch);
  moment.is_ending = watch.stop.triggered() || *moment.part_done >= 1;
  const SteadyTime now = steady_now();
  const double seconds = std::chrono::duration<double>(now - watch.looked_at).count();
  if (seconds > 0) {
    moment.rate = static_cast<double>(started - watch.started_before) / seconds;
  }
  watch.started_before = started;
  watch.looked_at = now;
  return moment;
}

asio::awaitable<void> show_progress(Watch& watch) {
  for (;;) {
    const bool goes_on = co_await watch.pause.wait_or_wake(watch.progress.interval());
    if (!goes_on || watch.is_over) break;
    watch.progress.show(moment_of(watch));
  }
}

}  // namespace

asio::awaitable<void> run_watched(EventLoop& loop, LoadGenerator& generator, const LoadPlan& plan,
                                  LoadProgress& progress, const Interrupt& stop) {
  Watch watch{.generator = generator,
              .plan = plan,
              .progress = progress,
              .stop = stop,
              .pause = Deadline(loop),
              .ended = Condition(loop.context())};
  asio::co_spawn(loop.context(), show_progress(watch), [&watch](const std::exception_ptr&) {
    watch.is_running = false;
    watch.ended.notify();
  });
  std::exception_ptr error;
  try {
    co_await generator.run();
  } catch (...) {
    error = std::current_exception();
  }
  watch.is_over = true;
  watch.pause.wake();
  while (watch.is_running) co_await watch.ended.wait();
  if (error) std::rethrow_exception(error);
}

}  // namespace slotflow
