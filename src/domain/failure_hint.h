// What to do about a failed attempt.
#pragma once

#include <optional>
#include <string>

#include "domain/delivery.h"

namespace slotflow {

// Slotflow's documentation: an attempt may take 10 seconds in all.
inline constexpr Duration kSlotflowTimeout{10'000};

// Returns an instruction, or "" if the failure is clear without one. `https` and `timeout` are
// those of the request; `port` is its port, where people do not see it next to the hint.
std::string hint_for(const Failure& failure, bool https, Duration timeout,
                     std::optional<int> port = std::nullopt);

}  // namespace slotflow
