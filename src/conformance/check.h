// A check is data: what it is called, the rule it tests, and the function that tests it.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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
  std::optional<CheckInfo> info = {};     // where it met something else than the check is about
};

// What some handlers do not answer at all. Each check that waits for such an answer waits in vain.
enum class Unwelcome { forged, malformed, duplicate };
inline constexpr std::array<std::string_view, 3> kUnwelcomeNames{
    "what it refuses", "what is malformed", "a duplicate"};

struct Check {
  CheckInfo info;
  Finding (*run)(Driver& driver);
  // Tells something only about a handler that takes a valid event; skipped otherwise, so that one
  // fault is one failure.
  bool needs_acceptance = true;
  bool needs_secret = false;
  std::optional<Unwelcome> needs_answer_to = {};  // only about one that answers that
};

// The sections of the catalogue, one file each; a new check is an entry there.
std::span<const Check> delivery_checks();
std::span<const Check> signature_checks();
std::span<const Check> payload_checks();
std::span<const Check> malformed_checks();
std::span<const Check> idempotency_checks();
std::span<const Check> leaks_checks();

}  // namespace slotflow
