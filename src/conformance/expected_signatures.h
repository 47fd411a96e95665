// The signatures that a request should have.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/delivery.h"

namespace slotflow {

// Returns the v1, in hexadecimal digits, that would be right for each t in the signature headers of
// `request`, up to a few; if there is none, that for an empty t.
std::vector<std::string> expected_signatures(std::string_view secret, const Request& request);

}  // namespace slotflow
