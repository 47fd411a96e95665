// A check is data: what it is called, the rule it tests, and the function that tests it.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "domain/check_report.h"

namespace slotflow {

class Driver;

// What a check's function has to say.
struct Finding {
  CheckVerdict verdict = CheckVerdict::passed;
  std::string expected;
  std::string observed;  // the reason, when skipped
  Evidence evidence = {};
  std::string remedy = {};                // where the check's own does not fit
  std::chrono::microseconds duration{0};  // as Course measures it, unless it is known already
  std::optional<Level> level = {};        // where it is graver than the check's own
};

struct Check {
  CheckInfo info;
  Finding (*run)(Driver& driver);
  // Tells something only about a handler that takes a valid event; skipped otherwise, so that one
  // fault is one failure.
  bool needs_acceptance = true;
  bool needs_secret = false;
  bool needs_refusals = false;  // only about one that answers what it refuses; skipped otherwise
};

// The sections of the catalogue, one file each; a new check is an entry there.
std::span<const Check> delivery_checks();
std::span<const Check> signature_checks();
std::span<const Check> payload_checks();
std::span<const Check> malformed_checks();
std::span<const Check> idempotency_checks();
std::span<const Check> leaks_checks();

}  // namespace slotflow
