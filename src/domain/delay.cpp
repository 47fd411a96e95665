#include "domain/delay.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "domain/expected.h"

namespace slotflow {

namespace {

constexpr std::string_view kLognormal = "lognormal:";
constexpr double kZ99 = 2.3263478740408408;  // the standard normal's 99th percentile

// Samples the standard normal distribution (Box and Muller, 1958).
double normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(1 - random.unit()));
  return radius * std::cos(2 * std::numbers::pi * random.unit());
}

Duration sample_from(const DurationRange& range, Random& random) {
  const auto span = static_cast<std::uint64_t>((range.max - range.min).count());
  return range.min + Duration(static_cast<Duration::rep>(random.below(span + 1)));
}

Duration sample_from(const Lognormal& delay, Random& random) {
  constexpr auto kLongest = static_cast<double>(kLongestDuration.count());
  const auto median = static_cast<double>(delay.median.count());
  const double sigma = std::log(static_cast<double>(delay.p99.count()) / median) / kZ99;
  const double sampled = median * std::exp(sigma * normal(random));
  return Duration(std::llround(std::min(sampled, kLongest)));
}

}  // namespace

Delay parse_delay(std::string_view option, std::string_view text) {
  if (!text.starts_with(kLognormal)) return parse_duration_range(option, text);
  std::vector<Duration> values;
  try {
    values = parse_duration_list(option, text.substr(kLognormal.size()));
  } catch (const Error&) {  // its message is about lists of durations
  }
  if (values.size() != 2 || values[0] == Duration(0) || values[1] < values[0]) {
    throw_expected(
        option, "lognormal:MEDIAN,P99 with the shorter time first such as lognormal:80ms,2s", text);
  }
  return Lognormal{values[0], values[1]};
}

Duration sample(const Delay& delay, Random random) {
  return std::visit([&](const auto& kind) { return sample_from(kind, random); }, delay);
}

bool is_random(const Delay& delay) {
  const auto* range = std::get_if<DurationRange>(&delay);
  return range == nullptr || range->min < range->max;
}

}  // namespace slotflow
