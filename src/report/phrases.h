// Phrases that several texts share.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "domain/json.h"

namespace slotflow {

// "1 delivery", "5 deliveries".
std::string counted(std::uint64_t n, std::string_view one, std::string_view many);

std::string with_tenths(std::int64_t tenths);                 // 32: 3.2
std::string elapsed_text(std::chrono::microseconds elapsed);  // 3.2 ms, 10.0 s

// Returns "Alex Rivera, 2026-03-10 14:00 UTC, 30 min" from a payload, in local time, with the
// e-mail address after the name if `with_email`. Omits fields that are missing or of another type:
// the payload may come from anyone. Terminal-safe.
std::string booking_phrase(const Json& payload, bool with_email);

}  // namespace slotflow
