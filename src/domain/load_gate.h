// The conditions that a load test has to meet: p99<200ms, success>=99.9%, rate>=99%.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/load_figures.h"

namespace slotflow {

// How many events a second were to start, and did.
struct LoadRate {
  std::optional<double> asked = {};  // nullopt: a closed model asks for none
  double reached = 0;                // 0: not known
};

struct LoadGateResult {
  std::string gate;      // as it was given
  std::string measured;  // such as "12.3 ms" or "99.95 %"; empty: there was nothing to measure
  bool met = false;      // false if there was nothing to measure
};

class LoadGate {
 public:
  // METRIC, <, <=, > or >=, and a value. The metrics are p50, p90, p95, p99, p99.9, min, mean and
  // max, of the latency or, after "service.", of the service time, with a duration; success, with a
  // percentage; rate, with events a second or a percentage of the rate that was asked for; errors,
  // failed, dropped and late, with a number of events. Throws Error{usage} that begins with
  // `option`.
  LoadGate(std::string_view option, std::string_view text);

  // Returns whether it needs a rate that is asked for.
  bool needs_rate() const { return metric_ == Metric::rate && is_percentage_; }
  LoadGateResult judge(const LoadFigures& figures, const LoadRate& rate) const;

  enum class Metric { duration, success, rate, count };
  // For those who write the gate in the language of another program.
  const std::string& text() const { return text_; }  // as it was given
  const std::string& name() const { return name_; }  // of the metric, without "service."
  Metric metric() const { return metric_; }
  bool is_percentage() const { return is_percentage_; }
  double value() const { return value_; }  // microseconds, percent, events a second, or events
  // Returns <, <=, > or >=.
  std::string comparison() const;

 private:
  struct Measured {
    double value;
    std::string text;
  };

  void read_metric(std::string_view option, std::string_view name);
  void read_value(std::string_view option, std::string_view text);
  std::optional<Measured> measure(const LoadFigures& figures, const LoadRate& rate) const;
  bool holds(double value) const;

  std::string text_;
  std::string name_;  // of the metric, without "service."
  Metric metric_ = Metric::count;
  bool of_service_ = false;
  bool is_percentage_ = false;
  bool is_less_ = false;    // < or <=
  bool may_equal_ = false;  // <= or >=
  double value_ = 0;
};

}  // namespace slotflow
