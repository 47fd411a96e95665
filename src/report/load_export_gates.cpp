// The gates of a load test as other programs write them.
#include <array>
#include <cstdio>

#include "report/load_export.h"

namespace slotflow {

namespace {

std::string shortest(double value) {
  std::array<char, 64> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.10g", value);
  return {text.data(), static_cast<std::size_t>(length)};
}

// Returns the comparison that holds for 1 - x if `comparison` holds for x.
std::string turned(const std::string& comparison) {
  return (comparison.front() == '<' ? ">" : "<") + comparison.substr(1);
}

std::string limit_in_milliseconds(const LoadGate& gate) {
  return gate.comparison() + shortest(gate.value() / 1000);
}

// The figures of what is measured have this tag.
constexpr const char* kMeasured = "{phase:measured}";

// Returns the metric and the threshold; an empty metric if k6 has none.
std::pair<std::string, std::string> k6_threshold(const LoadGate& gate, const LoadPlan& plan) {
  const std::string& name = gate.name();
  switch (gate.metric()) {
    case LoadGate::Metric::duration: {
      const std::string figure = name == "mean"        ? "avg"
                                 : name.front() == 'p' ? "p(" + name.substr(1) + ")"
                                                       : name;
      return {std::string("http_req_duration") + kMeasured, figure + limit_in_milliseconds(gate)};
    }
    case LoadGate::Metric::success:
      return {std::string("http_req_failed") + kMeasured,
              "rate" + turned(gate.comparison()) + shortest(1 - gate.value() / 100)};
    case LoadGate::Metric::rate: {
      // k6 divides by the time of the whole test.
      if (plan.warmup.count() > 0 || plan.ramp.count() > 0) return {};
      const double rate = gate.is_percentage() ? gate.value() / 100 * *plan.rate : gate.value();
      return {"http_reqs", "rate" + gate.comparison() + shortest(rate)};
    }
    case LoadGate::Metric::count:
      if (name == "late") return {};
      return {name == "dropped" ? "dropped_iterations" : "slotflow_" + name + kMeasured,
              "count" + gate.comparison() + shortest(gate.value())};
  }
  return {};
}

std::string artillery_condition(const LoadGate& gate) {
  const std::string& name = gate.name();
  const std::string limit = " " + gate.comparison() + " ";
  switch (gate.metric()) {
    case LoadGate::Metric::duration: {
      const std::string figure = name == "p50" ? "median" : name == "p99.9" ? "p999" : name;
      return "http.response_time." + figure + limit + shortest(gate.value() / 1000);
    }
    case LoadGate::Metric::success:
      return "slotflow.succeeded / slotflow.sent * 100" + limit + shortest(gate.value());
    case LoadGate::Metric::count:
      if (name == "failed") {
        return "slotflow.sent - slotflow.succeeded" + limit + shortest(gate.value());
      }
      if (name == "errors") {
        return "slotflow.sent - slotflow.answered" + limit + shortest(gate.value());
      }
      return "";
    case LoadGate::Metric::rate:
      return "";
  }
  return "";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> k6_thresholds(const LoadExport& load,
                                                               std::vector<std::string>& left_out) {
  std::vector<std::pair<std::string, std::string>> thresholds;
  for (const LoadGate& gate : load.gates) {
    auto threshold = k6_threshold(gate, load.plan);
    if (threshold.first.empty()) {
      left_out.push_back(gate.text());
    } else {
      thresholds.push_back(std::move(threshold));
    }
  }
  return thresholds;
}

std::vector<std::string> artillery_conditions(const LoadExport& load,
                                              std::vector<std::string>& left_out) {
  std::vector<std::string> conditions;
  for (const LoadGate& gate : load.gates) {
    std::string condition = artillery_condition(gate);
    if (condition.empty()) {
      left_out.push_back(gate.text());
    } else {
      conditions.push_back(std::move(condition));
    }
  }
  return conditions;
}

}  // namespace slotflow
