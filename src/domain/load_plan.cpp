#include "domain/load_plan.h"

#include <algorithm>
#include <cmath>

namespace slotflow {

namespace {

using Seconds = std::chrono::duration<double>;

}  // namespace

// During the ramp D, the rate at t is R*t/D, so R*t*t/(2*D) events are due before t.
std::chrono::nanoseconds due_after(const LoadPlan& plan, std::uint64_t i) {
  const double rate = *plan.rate;
  const double ramp = Seconds(plan.ramp).count();
  const auto number = static_cast<double>(i);
  const double in_ramp = rate * ramp / 2;
  const double seconds =
      number < in_ramp ? std::sqrt(2 * number * ramp / rate) : ramp + (number - in_ramp) / rate;
  return std::chrono::round<std::chrono::nanoseconds>(
      std::min(Seconds(seconds), Seconds(kLongestDuration)));
}

std::uint64_t due_before(const LoadPlan& plan, std::chrono::nanoseconds time) {
  const double rate = *plan.rate;
  const double ramp = Seconds(plan.ramp).count();
  const double t = Seconds(time).count();
  const double events = t < ramp ? rate * t * t / (2 * ramp) : rate * ramp / 2 + rate * (t - ramp);
  auto number = static_cast<std::uint64_t>(std::max(std::floor(events), 0.0));
  // Rounding must not decide whether an event belongs to it.
  while (number > 0 && due_after(plan, number - 1) >= time) --number;
  while (due_after(plan, number) < time) ++number;
  return number;
}

std::uint64_t events_in(const LoadPlan& plan) {
  if (plan.count) return due_before(plan, plan.warmup) + *plan.count;
  return due_before(plan, plan.warmup + *plan.duration);
}

double mean_rate(const LoadPlan& plan, std::chrono::nanoseconds elapsed) {
  const std::uint64_t events = events_in(plan);
  const std::chrono::nanoseconds end =
      plan.duration ? plan.warmup + *plan.duration : due_after(plan, events);
  elapsed = std::min(elapsed, end - plan.warmup);
  const std::uint64_t due = std::min(due_before(plan, plan.warmup + elapsed), events);
  return static_cast<double>(due - due_before(plan, plan.warmup)) / Seconds(elapsed).count();
}

}  // namespace slotflow
