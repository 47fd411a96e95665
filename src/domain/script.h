// A list of responses, one per request: "500*2,timeout,reset,200@1s..3s".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/delay.h"
#include "domain/fault.h"

namespace slotflow {

struct ScriptStep {
  std::optional<int> status;     // nullopt: that of the plan
  const Fault* fault = nullptr;  // a row of kFaults; nullptr: no fault
  std::uint64_t repeat = 1;
  std::optional<Delay> delay;  // nullopt: that of the plan
};

struct Script {
  std::vector<ScriptStep> steps;  // at least one

  // Returns the step for the n-th request, from 1. The last step repeats.
  const ScriptStep& at(std::uint64_t n) const;
};

// Parses comma-separated steps: a status or the name of a fault, then "*N" and "@DELAY" in any
// order. Throws Error{usage} that names the step.
Script parse_script(std::string_view option, std::string_view text);

}  // namespace slotflow
