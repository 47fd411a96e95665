// When the events of a load test are due.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "domain/duration.h"

namespace slotflow {

// Either an open model, in which starts follow the clock, or a closed one, in which each event
// waits for the response to another one.
struct LoadPlan {
  std::optional<double> rate = {};          // events a second, above 0; nullopt: a closed model
  std::size_t concurrency = 0;              // of a closed model: events at once
  std::optional<Duration> duration = {};    // of what is measured, above 0; or:
  std::optional<std::uint64_t> count = {};  // events that are measured
  Duration ramp{0};                         // from the begin: the rate grows evenly up to `rate`
  Duration warmup{0};                       // from the begin: not measured
  std::size_t max_in_flight = 10'000;
  std::size_t max_connections = SIZE_MAX;  // idle ones included
  bool keep_alive = true;

  bool is_open() const { return rate.has_value(); }
};

// Return, in an open model, when event `i` is due after the begin, the first being 0, and how many
// are due before `time`.
std::chrono::nanoseconds due_after(const LoadPlan& plan, std::uint64_t i);
std::uint64_t due_before(const LoadPlan& plan, std::chrono::nanoseconds time);

// Returns, in an open model, how many events there are, those of the warm-up included.
std::uint64_t events_in(const LoadPlan& plan);

// Returns, in an open model, how many events a second are due on average in the first `elapsed` of
// what is measured, which is above 0; in all of it if that is shorter. During a ramp, fewer are due
// than later.
double mean_rate(const LoadPlan& plan, std::chrono::nanoseconds elapsed);

}  // namespace slotflow
