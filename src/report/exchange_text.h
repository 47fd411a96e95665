// What fire --verbose shows of an attempt.
#pragma once

#include <string>

#include "domain/delivery.h"
#include "report/style.h"

namespace slotflow {

// Returns indented lines with the request, as far as it was sent, and with the response: "> " and
// "< " before the lines of the messages, and nothing before those that say what is missing.
// Returns nothing if the attempt does not have its request. Terminal-safe.
std::string exchange_text(const Attempt& attempt, const Style& style);

}  // namespace slotflow
