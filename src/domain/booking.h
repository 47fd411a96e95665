// Synthetic bookings and their payloads, in the documented form and order.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/event.h"
#include "domain/json.h"
#include "domain/random.h"
#include "domain/timestamp.h"

namespace slotflow {

// The kind of agent that books; selects the metadata.
enum class Preset { sales, support, recruiting };
struct PresetInfo {
  Preset preset;
  std::string_view name;
  std::string_view source;  // metadata.source
};
inline constexpr std::array<PresetInfo, 3> kPresets{{
    {Preset::sales, "sales", "ai_sdr"},
    {Preset::support, "support", "ai_support"},
    {Preset::recruiting, "recruiting", "ai_recruiter"},
}};
// Throws Error{usage} that lists the valid names.
Preset parse_preset(std::string_view name);
std::vector<std::string> preset_choices();

// Returns a realistic booking for `event`, as one line of JSON: it starts on a half hour within the
// two weeks after `now`, in working hours, and the attendee's address is at example.com. The fields
// have the order of Slotflow's documented example: id, human_id, starts_at, ends_at,
// duration_minutes, attendee_name, attendee_email, status, metadata. Equal random numbers give
// equal bookings.
std::string booking_text(Event event, Timestamp now, Preset preset, Random& random);

// Returns the body of an event as Slotflow sends it: {"event", "created_at", "data"}, in this
// order. `booking` is JSON.
std::string payload_text(Event event, Timestamp created_at, std::string_view booking);

// As booking_text() and payload_text(), as values that can be changed.
Json make_booking(Event event, Timestamp now, Preset preset, Random& random);
Json make_payload(Event event, Timestamp created_at, Json booking);

}  // namespace slotflow
