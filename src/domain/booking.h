// Synthetic bookings and the payload that reports them, in the documented form and order.
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

// Whose agent books: decides the metadata and the words.
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
Preset parse_preset(std::string_view name);  // throws Error{usage} with the valid ones
std::vector<std::string> preset_choices();

// A believable booking for `event`, as one line of JSON: starts on a half hour within the next two
// weeks after `now`, in working hours, ends after its duration, an attendee at example.com. Members
// in the order of Slotflow's documented example: id, human_id, starts_at, ends_at,
// duration_minutes, attendee_name, attendee_email, status, metadata. The same draws give the same
// booking.
std::string booking_text(Event event, Timestamp now, Preset preset, Random& random);

// The body of an event as Slotflow sends it: {"event", "created_at", "data"}, in that order.
// `booking` is JSON.
std::string payload_text(Event event, Timestamp created_at, std::string_view booking);

// The same two as values, for who changes something in them.
Json make_booking(Event event, Timestamp now, Preset preset, Random& random);
Json make_payload(Event event, Timestamp created_at, Json booking);

// One --set PATH=VALUE: a dotted path inside `data` (an array index where there is an array,
// objects made on the way). VALUE is JSON if it parses, else a string. Throws Error{usage}.
void set_member(Json& data, std::string_view assignment);

// One --metadata that is no file: a JSON object merged into data.metadata (members of the same
// name replaced), `null` to make it null, or KEY=VALUE. Throws Error{usage}.
void merge_metadata(Json& data, std::string_view text);

}  // namespace slotflow
