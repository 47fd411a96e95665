// A receiver's answers written down one by one: "500*2,timeout,reset,200@1s..3s".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/delay.h"
#include "domain/fault.h"

namespace slotflow {

struct ScriptStep {
  std::optional<int> status;     // none: the ordinary one
  const Fault* fault = nullptr;  // a row of kFaults; none: the answer arrives whole
  std::uint64_t repeat = 1;
  std::optional<Delay> delay;  // none: the ordinary one
};

struct Script {
  std::vector<ScriptStep> steps;  // at least one

  // The step of the n-th request, from 1; the last step goes on for ever.
  const ScriptStep& at(std::uint64_t n) const;
};

// Steps divided by commas: a status or the name of a fault, then "*N" and "@DELAY" in any order.
// Throws Error{usage} that names the step.
Script parse_script(std::string_view option, std::string_view text);

}  // namespace slotflow
