// What the receiver answers to its n-th request: a pure function of the plan and n.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/duration.h"

namespace slotflow {

struct FaultPlan {
  int status = 200;                     // of a request that does not fail
  double fail_rate = 0;                 // 0 to 1
  std::uint64_t fail_first = 0;         // the first so many requests fail, whatever the rate
  std::vector<int> fail_statuses{500};  // one is drawn for each failure
  DurationRange delay;                  // before the answer, drawn for each request
  std::uint64_t seed = 0;
};

struct AnswerDecision {
  int status = 200;
  Duration delay{0};
  bool failing = false;  // failed on purpose
};

// `n` counts from 1. Every request uses the same draws for the same purpose, so that changing one
// option leaves the decisions of the others as they were.
AnswerDecision decide(const FaultPlan& plan, std::uint64_t n);

}  // namespace slotflow
