// The checks of deliveries that arrive at the same time.
#pragma once

#include <chrono>
#include <span>

#include "conformance/check.h"

namespace slotflow::delivery {

// Passes if 50 deliveries at once are accepted.
Finding concurrent(Driver& driver);
// Passes if 50 deliveries at once are accepted within a second.
Finding concurrent_at_once(Driver& driver);

// How long an event takes that is delivered alone, at best and at worst.
struct Alone {
  std::chrono::microseconds least;
  std::chrono::microseconds most;
};

// Returns whether these deliveries at once, in ascending order, were processed one by one: their
// durations increase evenly, to the duration of one alone times their number.
bool one_by_one(std::span<const std::chrono::microseconds> durations, Alone alone);

// Returns whether some of these deliveries, in ascending order, waited for a connection: between
// them and the others is the time after which a client tries to connect again.
bool waited_to_connect(std::span<const std::chrono::microseconds> durations,
                       std::chrono::microseconds alone);

}  // namespace slotflow::delivery
