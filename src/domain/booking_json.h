// People and bookings as JSON objects: in responses and events.
#pragma once

#include "domain/booking_record.h"
#include "domain/human.h"
#include "domain/json.h"
#include "domain/raw_json.h"

namespace slotflow {

// Each returns the object of Slotflow's API, its fields in the documented order.
Json json_of(const Human& human);
Json json_with_availability(const Human& human);
RawJson json_of(const Booking& booking);  // its metadata as written

// Returns `data` of an event: the same, without created_at.
RawJson event_data(const Booking& booking);

}  // namespace slotflow
