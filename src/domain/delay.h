// How long an answer is held back: a fixed time, or one drawn from a distribution.
#pragma once

#include <string_view>
#include <variant>

#include "domain/duration.h"
#include "domain/random.h"

namespace slotflow {

// Half of the draws are below `median`, 99 of 100 below `p99`: as real latencies are spread.
struct Lognormal {
  Duration median{0};  // above 0
  Duration p99{0};     // not below median
  bool operator==(const Lognormal&) const = default;
};

using Delay = std::variant<DurationRange, Lognormal>;  // the range is drawn from evenly

// "2s", "1s..5s", "lognormal:MEDIAN,P99". Throws Error{usage}.
Delay parse_delay(std::string_view option, std::string_view text);

// Of the draws of `random`; at most 10 years.
Duration sample(const Delay& delay, Random random);

bool is_drawn(const Delay& delay);  // false when every sample is the same

}  // namespace slotflow
