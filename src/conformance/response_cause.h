// Causes of a rejection that the response itself names, whichever event it is for.
#pragma once

#include <string_view>

#include "conformance/driver.h"

namespace slotflow {

// Returns the remedy for what the response names as its reason: a host that is not allowed, a
// missing CSRF token, a body that is too large. Empty if it names none.
std::string_view remedy_named_by(const Reply& reply);

// Returns a sentence about another cause that a response of this form can have; empty if there is
// none.
std::string_view other_cause_of(const Reply& reply);

// Returns whether a response that must not have a body (RFC 9110, section 15.3.5) has one.
bool has_forbidden_body(const Reply& reply);

}  // namespace slotflow
