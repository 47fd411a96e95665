// Availability and overrides as JSON objects: in requests, in responses and in the database.
#pragma once

#include "domain/availability.h"
#include "domain/json.h"
#include "domain/recurrence.h"
#include "domain/schedule_override.h"

namespace slotflow {

// Each returns the object of Slotflow's API, its fields in the documented order.
Json json_of(const AvailabilityRules& rules);
Json json_of(const RecurrenceRule& rule);  // only the fields that were sent
Json json_of(const ScheduleOverride& schedule_override);

// Each returns what the object says, which is valid. Throws Error{validation_error} that names the
// field.
AvailabilityRules availability_of(const Json& json);
RecurrenceRule recurrence_of(const Json& json);
// Of an override; ignores its title, and the times of one that is all day.
OverrideTimes override_times_of(const Json& json);

}  // namespace slotflow
