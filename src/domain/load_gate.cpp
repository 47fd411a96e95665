#include "domain/load_gate.h"

#include <array>
#include <cmath>
#include <utility>

#include "domain/decimals.h"
#include "domain/expected.h"
#include "domain/number.h"

namespace slotflow {

namespace {

constexpr std::string_view kForm =
    "a gate such as 'p99<200ms', 'success>=99.9%', 'rate>=99%', 'errors<5' or 'service.p99<50ms'";
constexpr std::string_view kService = "service.";
// "min", "mean" and "max" have no percentage.
constexpr std::array<std::pair<std::string_view, double>, 5> kPercentiles{
    {{"p50", 50}, {"p90", 90}, {"p95", 95}, {"p99", 99}, {"p99.9", 99.9}}};
constexpr std::array<std::pair<std::string_view, double>, 4> kTimeUnits{
    {{"us", 1}, {"ms", 1e3}, {"s", 1e6}, {"m", 6e7}}};

template <std::size_t size>
std::optional<double> find(const std::array<std::pair<std::string_view, double>, size>& table,
                           std::string_view name) {
  for (const auto& [known, value] : table) {
    if (known == name) return value;
  }
  return std::nullopt;
}

// Returns a number that is not negative.
std::optional<double> to_amount(std::string_view text) {
  const auto number = to_number<double>(text);
  const bool is_amount = number && std::isfinite(*number) && *number >= 0 && text.front() != '-';
  return is_amount ? number : std::nullopt;
}

std::string duration_text(double microseconds) {
  if (microseconds < 1e6) return with_decimals(microseconds / 1e3, 3) + " ms";
  return with_decimals(microseconds / 1e6, 3) + " s";
}

}  // namespace

LoadGate::LoadGate(std::string_view option, std::string_view text) : text_(text) {
  const std::size_t sign = text.find_first_of("<>");
  if (sign == std::string_view::npos) throw_expected(option, kForm, text);
  is_less_ = text[sign] == '<';
  may_equal_ = text.substr(sign + 1).starts_with('=');
  read_metric(option, text.substr(0, sign));
  read_value(option, text.substr(sign + (may_equal_ ? 2 : 1)));
}

void LoadGate::read_metric(std::string_view option, std::string_view name) {
  while (name.ends_with(' ')) name.remove_suffix(1);
  of_service_ = name.starts_with(kService);
  if (of_service_) name.remove_prefix(kService.size());
  if (name == "p999") name = "p99.9";
  name_ = name;
  const bool is_duration =
      find(kPercentiles, name) || name == "min" || name == "mean" || name == "max";
  const bool is_count = name == "errors" || name == "failed" || name == "dropped" || name == "late";
  if (is_duration) {
    metric_ = Metric::duration;
  } else if (of_service_) {
    throw_expected(option, kForm, text_);
  } else if (name == "success" || name == "rate") {
    metric_ = name == "rate" ? Metric::rate : Metric::success;
  } else if (!is_count) {
    throw_expected(option, kForm, text_);
  }
}

void LoadGate::read_value(std::string_view option, std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::optional<double> factor = 1;
  std::string_view number = text.substr(0, text.find_first_not_of("0123456789.eE+-"));
  std::string_view unit = text.substr(number.size());
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  is_percentage_ = unit == "%";
  switch (metric_) {
    case Metric::duration:
      factor = find(kTimeUnits, unit);
      break;
    case Metric::success:
      if (!is_percentage_) factor.reset();
      break;
    case Metric::rate:
      if (!is_percentage_ && !unit.empty() && unit != "/s") factor.reset();
      break;
    case Metric::count:
      if (!unit.empty()) factor.reset();
      break;
  }
  const auto value = to_amount(number);
  if (!factor || !value) throw_expected(option, kForm, text_);
  value_ = *value * *factor;
}

std::optional<LoadGate::Measured> LoadGate::measure(const LoadFigures& figures,
                                                    const LoadRate& rate) const {
  if (metric_ == Metric::duration) {
    const Histogram& histogram = of_service_ ? figures.service() : figures.latency();
    if (histogram.count() == 0) return std::nullopt;
    double value = histogram.mean();
    if (const auto percent = find(kPercentiles, name_)) {
      value = static_cast<double>(histogram.percentile(*percent).count());
    } else if (name_ != "mean") {
      value = static_cast<double>((name_ == "min" ? histogram.min() : histogram.max()).count());
    }
    return Measured{value, duration_text(value)};
  }
  if (figures.started() == 0) return std::nullopt;
  if (metric_ == Metric::success) {
    const double value =
        static_cast<double>(figures.succeeded()) * 100 / static_cast<double>(figures.asked());
    return Measured{value, percent_text(value)};
  }
  if (metric_ == Metric::rate) {
    if (rate.reached == 0 || (is_percentage_ && !rate.asked)) return std::nullopt;
    const std::string text = with_decimals(rate.reached, 1) + "/s";
    if (!is_percentage_) return Measured{rate.reached, text};
    // 13314/518 s of 13314/518 s is 99.99999999999999 % as a double.
    const bool is_all = std::abs(rate.reached - *rate.asked) < *rate.asked * 1e-9;
    const double value = is_all ? 100 : rate.reached * 100 / *rate.asked;
    return Measured{value, percent_text(value) + " (" + text + ")"};
  }
  const std::uint64_t count = name_ == "errors"   ? figures.error_count()
                              : name_ == "failed" ? figures.failed()
                              : name_ == "late"   ? figures.late()
                                                  : figures.dropped();
  const bool has_ended = figures.succeeded() + figures.failed() > 0;
  if (!has_ended && (name_ == "errors" || name_ == "failed")) return std::nullopt;
  return Measured{static_cast<double>(count), std::to_string(count)};
}

bool LoadGate::holds(double value) const {
  if (value == value_) return may_equal_;
  return is_less_ == (value < value_);
}

std::string LoadGate::comparison() const {
  return std::string(is_less_ ? "<" : ">") + (may_equal_ ? "=" : "");
}

LoadGateResult LoadGate::judge(const LoadFigures& figures, const LoadRate& rate) const {
  const auto measured = measure(figures, rate);
  if (!measured) return {text_, "", false};
  return {text_, measured->text, holds(measured->value)};
}

}  // namespace slotflow
