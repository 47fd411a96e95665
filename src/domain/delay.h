// How long a response is delayed: a fixed time, or a random one.
#pragma once

#include <string_view>
#include <variant>

#include "domain/duration.h"
#include "domain/random.h"

namespace slotflow {

// Half of the samples are below `median`, 99 of 100 below `p99`: like real latencies.
struct Lognormal {
  Duration median{0};  // above 0
  Duration p99{0};     // not below median
  bool operator==(const Lognormal&) const = default;
};

using Delay = std::variant<DurationRange, Lognormal>;  // the range is sampled uniformly

// Parses "2s", "1s..5s" or "lognormal:MEDIAN,P99". Throws Error{usage}.
Delay parse_delay(std::string_view option, std::string_view text);

// Returns a delay sampled with `random`, at most 10 years.
Duration sample(const Delay& delay, Random random);

bool is_random(const Delay& delay);  // false if all samples are equal

}  // namespace slotflow
