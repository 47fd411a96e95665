// Whether a person can be booked at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/error.h"
#include "domain/schedule.h"
#include "domain/time_span.h"

namespace slotflow {

// Returns why a meeting is refused, by the first of Slotflow's rules that it breaks; nullopt if it
// is not. Its duration must be one of the person's (INVALID_DURATION), it must be within one open
// part of a day (OUTSIDE_WORKING_HOURS), and overlap neither a blocked time (SCHEDULE_BLOCKED) nor
// one of `booked` (SLOT_UNAVAILABLE). It may start between two slots, and in the past.
std::optional<ErrorCode> booking_refusal(const Schedule& schedule, const TimeSpan& meeting,
                                         const std::vector<TimeSpan>& booked);

// Returns the message of such an error.
std::string refusal_message(ErrorCode code, const AvailabilityRules& rules);

}  // namespace slotflow
