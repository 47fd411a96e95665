// The header Retry-After (RFC 9110, section 10.2.3).
#pragma once

#include <optional>
#include <string>

#include "domain/duration.h"
#include "domain/timestamp.h"

namespace slotflow {

// Returns the wait that the header asks for, in seconds or as a date; nullopt if it is neither. A
// date in the past is no wait.
std::optional<Duration> parse_retry_after(const std::string& text, Timestamp now);

}  // namespace slotflow
