// What a response says, for people: the beginning of its text, and causes that it names.
#pragma once

#include <string>
#include <string_view>

#include "conformance/driver.h"

namespace slotflow {

// Returns the first line of the response's text on one line, cut and without the subject's secrets;
// empty if there is none. Of HTML, that is the text of the page; of JSON, all of it.
std::string first_line_of(const Response& response, const Subject& subject);

// Returns the remedy for what the response itself names as its reason, whichever event it is for: a
// host that is not allowed, a missing CSRF token, a body that is too large. Empty if it names none.
std::string_view remedy_named_by(const Reply& reply);

// Returns whether a response that must not have a body (RFC 9110, section 15.3.5) has one.
bool has_forbidden_body(const Reply& reply);

}  // namespace slotflow
