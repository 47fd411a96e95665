// What the receiver answers to its n-th request: a pure function of the plan and the occasion.
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
  int status = 200;                     // of a request that does not fail
  double fail_rate = 0;                 // 0 to 1
  std::uint64_t fail_first = 0;         // the first so many requests fail, whatever the rate
  std::vector<int> fail_statuses{500};  // one is drawn for each failure
  Delay delay;                          // before the answer, drawn for each request
  std::vector<FaultChance> faults;      // one or none hits a request; at most 1 together
  FaultSettings fault_settings;
  std::optional<Script> script;             // decides instead of the rate, the first and the faults
  std::optional<Duration> retry_after;      // refuses for so long after the first refusal
  std::optional<std::uint64_t> gone_after;  // 410 to all after the first so many
  std::uint64_t seed = 0;
};

// When a request comes.
struct Occasion {
  std::uint64_t n = 1;                         // of the receiver's requests, from 1
  std::optional<std::uint64_t> step = {};      // in the script; none: n
  std::optional<Duration> since_refusal = {};  // since the first one under retry_after, if any
};

struct AnswerDecision {
  int status = 200;
  Duration delay{0};
  bool failing = false;                 // failed on purpose
  const Fault* fault = nullptr;         // what becomes of the answer on the wire
  std::optional<Duration> retry_after;  // refused: for so long still
};

// Every request uses the same draws for the same purpose, so that changing one option leaves the
// decisions of the others as they were.
AnswerDecision decide(const FaultPlan& plan, const Occasion& occasion);

// True when a decision depends on the seed.
bool is_drawn(const FaultPlan& plan);

// "KIND" or "KIND:P". Throws Error{usage}.
FaultChance parse_fault_chance(std::string_view option, std::string_view text);

}  // namespace slotflow
