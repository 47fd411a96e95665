// Reads and writes the rows of people, overrides and bookings. The caller begins and commits the
// transaction. All functions throw SqliteError, also for a row whose words are damaged.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/booking_record.h"
#include "domain/human.h"
#include "domain/schedule_override.h"
#include "domain/time_span.h"
#include "store/sqlite.h"

namespace slotflow {

// Which bookings are listed.
struct BookingFilter {
  std::optional<std::string> human_id = {};
  std::optional<BookingStatus> status = {};
  std::optional<Timestamp> from = {};    // they start then or later
  std::optional<Timestamp> before = {};  // they start before
};

void insert_human(const Database& database, const Human& human);
void insert_override(const Database& database, const ScheduleOverride& added);
void insert_booking(const Database& database, const Booking& booking);

std::optional<Human> find_human(const Database& database, const std::string& id);
std::optional<Booking> find_booking(const Database& database, const std::string& id);

// In the order in which they were added.
std::vector<Human> all_humans(const Database& database);
std::vector<Human> active_humans(const Database& database);
std::vector<ScheduleOverride> all_overrides(const Database& database);
std::vector<Booking> all_bookings(const Database& database);
// By their start date, then in the order in which they were added.
std::vector<ScheduleOverride> overrides_of(const Database& database, const std::string& human_id);
// The newest start first.
std::vector<Booking> bookings_in(const Database& database, const BookingFilter& filter,
                                 std::int64_t limit, std::int64_t offset);
std::size_t count_bookings(const Database& database, const BookingFilter& filter);
std::size_t count_created(const Database& database, const TimeSpan& span);  // bookings
// The times of confirmed bookings that overlap the span.
std::vector<TimeSpan> booked_times(const Database& database, const std::string& human_id,
                                   const TimeSpan& span);

// Returns the first id of `new_id` that no human, override, booking or delivery has. (A seed that
// was used before gives the same ids again.)
std::string unused_id(const Database& database, const std::function<std::string()>& new_id);

void deactivate_human(const Database& database, const std::string& id);
void set_availability(const Database& database, const std::string& id,
                      const AvailabilityRules& rules);
void set_cancelled(const Database& database, const std::string& booking_id);
// Returns whether there was one.
bool remove_override(const Database& database, const std::string& human_id, const std::string& id);
void remove_state(const Database& database);  // all rows

}  // namespace slotflow
