// A check is data: its name, the rule that it tests, and the function that tests it.
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

// The result of a check's function.
struct Finding {
  CheckVerdict verdict = CheckVerdict::passed;
  std::string expected;
  std::string observed;  // if skipped, the reason
  Evidence evidence = {};
  std::string remedy = {};       // if not empty, replaces the check's own
  std::string also = {};         // if not empty, a sentence that follows the remedy
  bool explains_outage = false;  // keeps its remedy if the handler accepts nothing from then on
  std::chrono::microseconds duration{0};  // 0: CheckRunner measures it
  std::optional<CheckInfo> info =
      {};  // replaces the check's own if the failure has another subject
};

// Kinds of request that some handlers never respond to. Once one is known, the checks that need
// that response are skipped.
enum class Unwelcome { forged, malformed, duplicate };
inline constexpr std::array<std::string_view, 3> kUnwelcomeNames{
    "rejected requests", "malformed requests", "duplicates"};

struct Check {
  CheckInfo info;
  Finding (*run)(Driver& driver);
  // Skipped if the handler rejects valid events, so that one defect is reported once.
  bool needs_acceptance = true;
  bool needs_secret = false;
  // Skipped if the handler does not respond to this kind of request.
  std::optional<Unwelcome> needs_response_to = {};
  // Skipped if the check with this id has failed: it would probably report the same defect again.
  std::string_view follows = {};
};

// The tables of the catalogue, one file each: a section has one table or more. A new check is a new
// entry in one of them.
std::span<const Check> delivery_checks();
std::span<const Check> stalled_checks();
std::span<const Check> accepted_signature_checks();
std::span<const Check> rejected_signature_checks();
std::span<const Check> replayed_signature_checks();
std::span<const Check> forged_signature_checks();
std::span<const Check> among_valid_checks();
std::span<const Check> odd_signature_checks();
std::span<const Check> clock_checks();
std::span<const Check> payload_checks();
std::span<const Check> booking_time_checks();
std::span<const Check> malformed_checks();
std::span<const Check> idempotency_checks();
std::span<const Check> similar_booking_checks();
std::span<const Check> leaks_checks();

}  // namespace slotflow
