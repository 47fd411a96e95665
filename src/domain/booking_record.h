// Bookings as an organisation keeps them.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "domain/timestamp.h"

namespace slotflow {

enum class BookingStatus { confirmed, cancelled };

inline constexpr std::array<std::string_view, 2> kBookingStatusNames{"confirmed", "cancelled"};
inline constexpr std::string_view to_string(BookingStatus status) {
  return kBookingStatusNames[static_cast<std::size_t>(status)];
}
// Throws Error{validation_error} that lists the valid names.
BookingStatus parse_booking_status(std::string_view name);

// Slotflow's Booking.
struct Booking {
  std::string id;  // UUID
  std::string human_id;
  Timestamp starts_at;
  std::chrono::minutes duration;
  std::string attendee_name;
  std::optional<std::string> attendee_email = {};
  BookingStatus status = BookingStatus::confirmed;
  std::string metadata = "{}";  // a JSON object, as it was sent
  Timestamp created_at;

  Timestamp ends_at() const { return starts_at + duration; }
};

}  // namespace slotflow
