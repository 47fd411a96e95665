// Decides how the receiver responds to its n-th request: a pure function of plan and occasion.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/delay.h"
#include "domain/fault.h"
#include "domain/script.h"

namespace slotflow {

struct FaultChance {
  const Fault* fault = nullptr;  // a row of kFaults
  double probability = 1;        // 0 to 1
};

struct FaultPlan {
  int status = 200;                     // of requests that do not fail
  double fail_rate = 0;                 // 0 to 1
  std::uint64_t fail_first = 0;         // fail this many requests first, regardless of fail_rate
  std::vector<int> fail_statuses{500};  // one of them is chosen at random for each failure
  Delay delay;                          // before the response, sampled for each request
  std::vector<FaultChance>
      faults;  // at most one applies to a request; probabilities sum to at most 1
  FaultSettings fault_settings;
  std::optional<Script> script;             // replaces fail_rate, fail_first and faults
  std::optional<Duration> retry_after;      // fail for this long after the first such failure
  std::optional<std::uint64_t> gone_after;  // return 410 after this many requests
  std::uint64_t seed = 0;
};

// The circumstances of a request.
struct Occasion {
  std::uint64_t n = 1;                         // number of the request, from 1
  std::optional<std::uint64_t> step = {};      // in the script; nullopt: n
  std::optional<Duration> since_refusal = {};  // since the first failure under retry_after, if any
};

struct ResponseDecision {
  int status = 200;
  Duration delay{0};
  bool failing = false;                 // a simulated failure
  const Fault* fault = nullptr;         // applied to the response on the wire
  std::optional<Duration> retry_after;  // how long requests still fail
};

// Each purpose has its own random number per request, so changing one option does not change the
// decisions of the others.
ResponseDecision decide(const FaultPlan& plan, const Occasion& occasion);

// Returns whether a decision depends on the seed.
bool is_random(const FaultPlan& plan);

// Parses "KIND" or "KIND:P". Throws Error{usage}.
FaultChance parse_fault_chance(std::string_view option, std::string_view text);

}  // namespace slotflow
