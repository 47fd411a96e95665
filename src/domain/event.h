// The closed set of events Slotflow sends; the parser, the help and the completions read this
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
  std::string_view short_name;  // as typed; also the booking's status after the event
};

inline constexpr std::array<EventInfo, 2> kEvents{{
    {Event::booking_confirmed, "booking.confirmed", "confirmed"},
    {Event::booking_cancelled, "booking.cancelled", "cancelled"},
}};

inline constexpr const EventInfo& info(Event event) {
  return kEvents[static_cast<std::size_t>(event)];
}

// Accepts the full and the short name. Throws Error{usage} with the valid ones and the nearest.
Event parse_event(std::string_view text);

// Only the exact full name, as it stands in stored and received JSON.
std::optional<Event> event_named(std::string_view name);

// Each item may hold several, comma separated, and "all". The result has no doubles and is in the
// table's order. Throws Error{usage} for an unknown name or when nothing is named.
std::vector<Event> parse_event_list(const std::vector<std::string>& items);

// What parse_event accepts: for help and completions.
std::vector<std::string> event_choices(bool with_all);

}  // namespace slotflow
