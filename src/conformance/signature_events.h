// Parts of the checks of signatures: their rules, and forged events.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "conformance/driver.h"
#include "conformance/sources.h"

namespace slotflow::signature {

inline constexpr std::string_view kSigned =
    "Each delivery has the header X-Slotflow-Signature: t=<unix seconds>,v1=<hex>. Our reading: a "
    "request without a valid one is not from Slotflow.";
inline constexpr std::string_view kVerify =
    "Receivers compare in constant time over the raw body bytes.";
inline constexpr std::string_view kOld = "Receivers reject a t more than 5 minutes (300 s) old.";
inline constexpr std::string_view kYoung =
    "Receivers reject a t more than 5 minutes (300 s) old. Our reading: they accept a younger one.";
inline constexpr std::string_view kAhead =
    "Receivers reject a t more than 5 minutes (300 s) old. Our reading: the same limit applies to "
    "the future.";

// A check that sends valid events only.
constexpr Check signed_check(const CheckInfo& info, Finding (*run)(Driver& driver)) {
  return {info, run, true, true};
}

// A check that also sends forged events, and needs the responses to them.
constexpr Check rejection_check(const CheckInfo& info, Finding (*run)(Driver& driver)) {
  return {info, run, true, true, Unwelcome::forged};
}

// The parts of a signature header: "t=1773151500", and the digits of v1.
std::string t_of(const std::string& header);
std::string hex_of(const std::string& header);

// Returns another lower-case hex digit; one for each `difference` from 1 to 15.
char other_digit(char digit, unsigned difference = 1);

// Returns a signature by somebody who does not know the secret.
std::string forged_signature(const Driver& driver, std::string_view body);

// Builds a delivery as somebody would who does not know the secret.
Request forged(const Driver& driver, std::string body, bool has_signature);

// Builds a valid event whose t is `age` in the past; a negative `age` is in the future.
Request of_age(Driver& driver, Duration age);

// Returns the id of the check that fails if forged() events are accepted.
std::string_view check_of_forged(bool has_signature);

// A handler that accepts forged events shows nothing about how it verifies them. `id` is the check
// that fails for it.
Finding skipped_as_unverified(std::string_view id);

// Sends a forged event of each kind. Returns the above if one is accepted.
std::optional<Finding> skipped_if_unverified(Driver& driver);

// Calls `run` for forged events with and without a signature. A handler that accepts these shows
// nothing about how it treats requests of another kind.
template <typename Run>
Finding if_verified(Driver& driver, Run run) {
  Finding result = passed();
  for (const bool has_signature : {true, false}) {
    if (driver.send(forged(driver, driver.event().dump(), has_signature)).delivered()) {
      result = skipped_as_unverified(check_of_forged(has_signature));
      continue;
    }
    Finding finding = run(has_signature);
    if (finding.verdict == CheckVerdict::passed) continue;
    if (finding.verdict == CheckVerdict::skipped) return finding;
    finding.observed += has_signature ? " with a wrong signature" : " without a signature";
    return finding;
  }
  return result;
}

}  // namespace slotflow::signature
