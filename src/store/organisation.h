// The people of one organisation, when they work, and their bookings.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "domain/booking_record.h"
#include "domain/human.h"
#include "domain/schedule.h"
#include "domain/schedule_override.h"
#include "domain/slots.h"
#include "domain/webhook.h"
#include "store/history_file.h"
#include "store/lock_wait.h"
#include "store/sqlite.h"
#include "store/state_rows.h"
#include "system/zone_files.h"

namespace slotflow {

struct NewHuman {
  std::string name;
  std::string timezone;
  std::optional<std::string> email = {};
  std::optional<std::string> role = {};
};

struct NewBooking {
  std::string human_id;
  Timestamp starts_at;
  int duration = 0;  // minutes
  std::string attendee_name;
  std::optional<std::string> attendee_email = {};
  std::string metadata = "{}";  // a JSON object
};

struct FreeSlots {
  std::string timezone;
  std::vector<TimeSpan> slots;
};

struct BookingPage {
  std::vector<Booking> bookings;
  std::size_t total = 0;  // that the filter selects, on all pages
};

// All that an organisation has, in the order in which it was added.
struct OrganisationState {
  std::vector<Human> humans;
  std::vector<ScheduleOverride> overrides;
  std::vector<Booking> bookings;
};

// What belongs to a booking or cancellation. Both run before any other change.
struct BookingHooks {
  // Runs in the transaction, with the booking as it will be: what it writes is kept if, and only
  // if, the booking is. What it throws ends the call.
  std::function<void(const Database& database, const Booking& booking)> in_transaction = {};
  // Runs when the change is on the disk. Must not block or throw.
  std::function<void()> committed = {};
};

// In the database of the history, which any number of processes may use. Each change is one
// transaction and on the disk when its function returns. Thread-safe; a call waits for others.
//
// What Slotflow's rules refuse is an Error with Slotflow's code and message, and then nothing has
// changed. Throws Error{store_error} if the database cannot be used, and Interrupted.
class Organisation {
 public:
  using NewId = std::function<std::string()>;

  // Opens or creates the database. `new_id` returns UUIDs. It is called for what is added, and not
  // for what is refused, one call at a time.
  Organisation(std::string path, Timestamp now, LockWait wait, ZoneFiles zones, NewId new_id,
               Lasting lasting = Lasting::power_cut);

  // `plan` limits the active humans, or the bookings created in a month (UTC), cancelled ones too;
  // nullopt: no limit.
  Human add_human(const NewHuman& added, std::optional<Plan> plan, Timestamp now);
  std::vector<Human> humans();               // active ones
  Human human(const std::string& id);        // also one that was deleted: `active` is false
  void delete_human(const std::string& id);  // keeps the bookings
  Human set_availability(const std::string& id, const AvailabilityRules& rules);

  std::vector<ScheduleOverride> overrides(const std::string& human_id);  // by start date
  ScheduleOverride add_override(const std::string& human_id, const std::string& title,
                                const OverrideTimes& times, Timestamp now);
  void delete_override(const std::string& human_id, const std::string& id);

  FreeSlots slots(const std::string& human_id, const DateRange& range, int duration);

  Booking book(const NewBooking& added, std::optional<Plan> plan, Timestamp now,
               const BookingHooks& hooks = {});
  BookingPage bookings(const BookingFilter& filter, std::int64_t limit, std::int64_t offset);
  // A booking that is cancelled already is not found.
  Booking cancel(const std::string& booking_id, const BookingHooks& hooks = {});

  OrganisationState state();
  // Replaces everything.
  void set_state(const OrganisationState& state);

 private:
  template <typename Call>
  auto read(Call call);
  template <typename Call>
  auto change(Call call, const std::function<void()>& committed = {});

  Human active_human(const std::string& id) const;
  Schedule schedule_of(const Human& human) const;

  const std::string path_;
  const LockWait wait_;
  const ZoneFiles zones_;
  const NewId new_id_;
  std::mutex mutex_;
  std::unique_ptr<Database> database_;  // guarded by mutex_
};

}  // namespace slotflow
