// The closed set of events that Slotflow sends. The parser, the help and the completions use this
// table.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slotflow {

enum class Event { booking_confirmed, booking_cancelled };

struct EventInfo {
  Event event;
  std::string_view name;        // as in the payload: booking.confirmed
  std::string_view short_name;  // as users type it; also the booking's status after the event
};

inline constexpr std::array<EventInfo, 2> kEvents{{
    {Event::booking_confirmed, "booking.confirmed", "confirmed"},
    {Event::booking_cancelled, "booking.cancelled", "cancelled"},
}};

inline constexpr const EventInfo& info(Event event) {
  return kEvents[static_cast<std::size_t>(event)];
}

// Parses the full or short name. Throws Error{usage} that lists the valid names and starts with
// `option`.
Event parse_event(std::string_view option, std::string_view text);

// Returns the event with this full or short name.
std::optional<Event> event_typed(std::string_view text);

// Returns the event with this full name, as in stored and received JSON.
std::optional<Event> event_named(std::string_view name);

// Parses items that contain comma-separated names or "all". The result has no duplicates and is in
// the order of the table. Throws Error{usage} for an unknown name or if there are no items.
std::vector<Event> parse_event_list(const std::vector<std::string>& items);

// Returns the names that parse_event() accepts, for help and completions.
std::vector<std::string> event_choices(bool with_all);

// Stands for a confirmation and the cancellation of the same booking, where events are sent.
inline constexpr std::string_view kLifecycle = "lifecycle";
// Returns the names of events, and kLifecycle.
std::vector<std::string> fired_event_choices();

}  // namespace slotflow
