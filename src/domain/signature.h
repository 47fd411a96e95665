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

inline constexpr std::string_view kSignatureHeader = "X-Slotflow-Signature";
// Slotflow's documentation: receivers reject a timestamp more than five minutes old. Our reading:
// the same limit applies to the future.
inline constexpr Duration kSignatureTolerance = std::chrono::seconds(300);

// Returns HMAC-SHA256(secret, t + "." + body) in lower-case hex.
std::string signature_hex(std::string_view secret, std::string_view t, std::string_view body);
// Returns the value of the signature header: t=...,v1=...
std::string sign(std::string_view secret, std::int64_t t, std::string_view body);

struct SignatureHeader {
  std::string t;  // the digits as received: they are part of the signed text
  std::int64_t seconds = 0;
  std::vector<std::string> v1;  // one or more, as received
};

// Parses the header as strictly as the strictest published receivers: pairs separated by commas
// without spaces, one "=" in each, t once and only digits, at least one v1; ignores parts with
// other names. On failure, returns nullopt and sets `reason`.
std::optional<SignatureHeader> parse_signature_header(std::string_view value, std::string& reason);

// Returns the value in a line that begins with the name of the signature header, as it is copied
// from a log: "X-Slotflow-Signature: t=..."; nullopt if `text` does not begin so.
std::optional<std::string_view> without_header_name(std::string_view text);

enum class SignatureVerdict { valid, invalid, missing, stale, malformed, unchecked };
inline constexpr std::array<std::string_view, 6> kVerdictNames{"valid", "invalid",   "missing",
                                                               "stale", "malformed", "unchecked"};
inline constexpr std::string_view to_string(SignatureVerdict verdict) {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

struct SignatureCheck {
  SignatureVerdict verdict = SignatureVerdict::unchecked;
  std::string reason;      // why it is not valid, for people; without secrets and expected values
  std::size_t secret = 0;  // index of the secret that matches, if valid or stale
};

// Verifies a signature, for listen, verify and check alike. `header` is nullopt if the request has
// none; without secrets the verdict is unchecked. Valid if any v1 signature matches with any secret
// (compared in constant time) and t is at most `tolerance` before or after `now`; stale if only t
// is wrong.
SignatureCheck check_signature(std::optional<std::string_view> header, std::string_view body,
                               std::span<const std::string> secrets, Timestamp now,
                               Duration tolerance);

// Tries common mistakes in signing or verifying, and describes the one that explains `header`: a
// secret that was damaged or decoded; a header with its name or in another spelling; another form
// of the body (see find_body_mistake()); a body signed without t; milliseconds for seconds; the
// form of another service. Says so if none explains it. Returns nullopt if the signature matches in
// the form that parse_signature_header() accepts, or if nothing in the header looks like a
// signature.
std::optional<std::string> diagnose_signature(std::string_view header, std::string_view body,
                                              std::string_view secret);
// As above, for a receiver that knows several secrets: describes the mistake that explains `header`
// with one of them.
std::optional<std::string> diagnose_signature(std::string_view header, std::string_view body,
                                              std::span<const std::string> secrets);

}  // namespace slotflow
