// How a delivery is signed, and the ways to make its signature invalid on purpose.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/body.h"
#include "domain/duration.h"
#include "domain/timestamp.h"

namespace slotflow {

enum class Tamper { none, body, signature, timestamp, missing };

struct TamperInfo {
  Tamper tamper;
  std::string_view name;
};

inline constexpr std::array<TamperInfo, 4> kTampers{{
    {Tamper::body, "body"},            // one character differs from the signed body
    {Tamper::signature, "signature"},  // the last digit of v1 is wrong
    {Tamper::timestamp, "timestamp"},  // t is one second later than the signed one
    {Tamper::missing, "missing"},      // no signature header
}};

// Throws Error{usage} that lists the valid names.
Tamper parse_tamper(std::string_view name);
std::vector<std::string> tamper_choices();

struct SigningPlan {
  std::optional<std::string> secret;  // nullopt: unsigned
  Duration skew{0};                   // added to t, which is then signed
  Tamper tamper = Tamper::none;
};

// Returns whether a good receiver rejects what is sent: it was changed after signing, or t is
// beyond Slotflow's tolerance.
bool is_invalid(const SigningPlan& plan);
// Describes why. Empty if it is not invalid.
std::string describe_flaws(const SigningPlan& plan);

struct SignedMessage {
  Body body;                             // to send
  std::optional<std::string> signature;  // the header's value
};

// Signs one attempt. Each attempt has its own t (not documented, but a retry after an hour would
// always be stale otherwise).
SignedMessage sign_message(const SigningPlan& plan, const Body& body, Timestamp now);

}  // namespace slotflow
