// Slotflow's signature: X-Slotflow-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">,
// keyed with the secret exactly as issued, its whsec_ prefix included.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/duration.h"
#include "domain/timestamp.h"

namespace slotflow {

inline constexpr std::string_view kSecretPrefix = "whsec_";
inline constexpr std::string_view kSignatureHeader = "X-Slotflow-Signature";
// Slotflow's documentation: receivers reject a t more than five minutes away.
inline constexpr Duration kSignatureTolerance = std::chrono::seconds(300);

// Lower-case hex of HMAC-SHA256(secret, t + "." + body).
std::string signature_hex(std::string_view secret, std::string_view t, std::string_view body);
// The header's value: t=...,v1=...
std::string sign(std::string_view secret, std::int64_t t, std::string_view body);

struct SignatureHeader {
  std::string t;  // the very digits of the header: they are what was signed
  std::int64_t seconds = 0;
  std::vector<std::string> v1;  // one or more, as they came
};

// Strict, as the strictest published receivers are: pairs divided by commas without spaces, one
// "=" in each, t once and all digits, at least one v1; unknown schemes are ignored. On failure
// nothing, and `reason` says why.
std::optional<SignatureHeader> parse_signature_header(std::string_view value, std::string& reason);

enum class SignatureVerdict { valid, invalid, missing, stale, malformed, unchecked };
inline constexpr std::array<std::string_view, 6> kVerdictNames{"valid", "invalid",   "missing",
                                                               "stale", "malformed", "unchecked"};
inline constexpr std::string_view to_string(SignatureVerdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

struct SignatureCheck {
  SignatureVerdict verdict = SignatureVerdict::unchecked;
  std::string reason;  // why it is not valid, for people; holds no secret and no expected value
};

// The one judgement of a signature: listen, verify and check all use it. `header` is nothing when
// the request had none; with no secrets the verdict is unchecked. Valid when any v1 matches under
// any secret (compared in constant time) and t is within `tolerance` of `now`, either way; stale
// when only t is wrong. Pure: knows no clock.
SignatureCheck check_signature(std::optional<std::string_view> header, std::string_view body,
                               std::span<const std::string> secrets, Timestamp now,
                               Duration tolerance);

// Tries the mistakes people make when they sign or verify, and says which one explains `header`:
// a secret without its prefix, with white space around it or base64-decoded; a body re-serialized,
// with a trailing newline added or cut; upper-case hex; milliseconds for seconds; a body signed
// without its t. Nothing when none fits.
std::optional<std::string> diagnose_signature(std::string_view header, std::string_view body,
                                              std::string_view secret);

}  // namespace slotflow
