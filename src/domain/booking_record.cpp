#include "domain/booking_record.h"

#include "domain/invalid_field.h"

namespace slotflow {

BookingStatus parse_booking_status(std::string_view name) {
  return require_name<BookingStatus>("status", kBookingStatusNames, name);
}

}  // namespace slotflow
