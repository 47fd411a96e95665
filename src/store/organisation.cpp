#include "store/organisation.h"

#include <chrono>
#include <utility>

#include "domain/booking_rules.h"
#include "domain/calendar_date.h"
#include "domain/error.h"
#include "domain/invalid_field.h"
#include "store/history_file.h"

namespace slotflow {

namespace {

[[noreturn]] void throw_not_found(const char* what) {
  throw Error(ErrorCode::not_found, std::string(what) + " not found.");
}

// "plan free allows 1 active human, and 1 is active"
[[noreturn]] void throw_limit_reached(Plan plan, const std::string& allowed,
                                      const std::string& used) {
  throw Error(ErrorCode::limit_reached,
              "plan " + std::string(info(plan).name) + " allows " + allowed + ", and " + used);
}

std::string counted(std::size_t count, const std::string& one, const std::string& several) {
  return std::to_string(count) + " " + (count == 1 ? one : several);
}

void require_human_in_plan(std::size_t active, Plan plan) {
  const std::size_t limit = info(plan).humans;
  if (active < limit) return;
  throw_limit_reached(plan, counted(limit, "active human", "active humans"),
                      counted(active, "is active", "are active"));
}

TimeSpan month_of(Timestamp t) {
  const Date date(std::chrono::floor<std::chrono::days>(t));
  const auto month = date.year() / date.month();
  return {std::chrono::sys_days(month / 1),
          std::chrono::sys_days((month + std::chrono::months(1)) / 1)};
}

void require_booking_in_plan(std::size_t created, Plan plan) {
  const std::size_t limit = info(plan).bookings;
  if (created < limit) return;
  throw_limit_reached(plan, counted(limit, "booking", "bookings") + " a month",
                      counted(created, "was", "were") + " created this month");
}

// The end of the meeting must be a time that can be written, too.
void require_writable(Timestamp starts_at) {
  constexpr Timestamp kEnd = std::chrono::sys_days((kLastYear + std::chrono::years(1)) / 1 / 1);
  if (starts_at < kEnd) return;
  throw_invalid("starts_at", "a time before " + to_iso8601(kEnd), to_iso8601(starts_at));
}

}  // namespace

Organisation::Organisation(std::string path, Timestamp now, LockWait wait, ZoneFiles zones,
                           NewId new_id, Lasting lasting)
    : path_(std::move(path)),
      wait_(std::move(wait)),
      zones_(std::move(zones)),
      new_id_(std::move(new_id)),
      database_(open_history(path_, now, wait_, lasting)) {}

template <typename Call>
auto Organisation::read(Call call) {
  const std::lock_guard lock(mutex_);
  try {
    const ReadTransaction transaction(*database_);
    return call(*database_);
  } catch (const SqliteError& error) {
    throw history_error("read", path_, error);
  }
}

template <typename Call>
auto Organisation::change(Call call, const std::function<void()>& committed) {
  const std::lock_guard lock(mutex_);
  try {
    WriteTransaction transaction(*database_);
    auto result = call(*database_);
    transaction.commit();
    if (committed) committed();
    return result;
  } catch (const SqliteError& error) {
    throw history_error("write", path_, error);
  }
}

Human Organisation::active_human(const std::string& id) const {
  std::optional<Human> human = find_human(*database_, id);
  if (!human || !human->active) throw_not_found("Human");
  return *std::move(human);
}

Schedule Organisation::schedule_of(const Human& human) const {
  std::vector<OverrideTimes> times;
  for (ScheduleOverride& each : overrides_of(*database_, human.id)) {
    times.push_back(std::move(each.times));
  }
  return {zones_.find("timezone", human.timezone),
          human.availability_rules.value_or(AvailabilityRules()), std::move(times)};
}

Human Organisation::add_human(const NewHuman& added, std::optional<Plan> plan, Timestamp now) {
  zones_.find("timezone", added.timezone);
  return change([&](const Database& database) {
    if (plan) require_human_in_plan(active_humans(database).size(), *plan);
    const Human human{.id = unused_id(database, new_id_),
                      .name = added.name,
                      .email = added.email,
                      .role = added.role,
                      .timezone = added.timezone,
                      .created_at = now};
    insert_human(database, human);
    return human;
  });
}

std::vector<Human> Organisation::humans() {
  return read(active_humans);
}

Human Organisation::human(const std::string& id) {
  return read([&](const Database& database) {
    std::optional<Human> human = find_human(database, id);
    if (!human) throw_not_found("Human");
    return *std::move(human);
  });
}

void Organisation::delete_human(const std::string& id) {
  change([&](const Database& database) {
    const Human human = active_human(id);
    deactivate_human(database, human.id);
    return true;
  });
}

Human Organisation::set_availability(const std::string& id, const AvailabilityRules& rules) {
  return change([&](const Database& database) {
    Human human = active_human(id);
    slotflow::set_availability(database, id, rules);
    human.availability_rules = rules;
    return human;
  });
}

std::vector<ScheduleOverride> Organisation::overrides(const std::string& human_id) {
  return read(
      [&](const Database& database) { return overrides_of(database, active_human(human_id).id); });
}

ScheduleOverride Organisation::add_override(const std::string& human_id, const std::string& title,
                                            const OverrideTimes& times, Timestamp now) {
  return change([&](const Database& database) {
    active_human(human_id);
    const ScheduleOverride added{unused_id(database, new_id_), human_id, title, times, now};
    insert_override(database, added);
    return added;
  });
}

void Organisation::delete_override(const std::string& human_id, const std::string& id) {
  change([&](const Database& database) {
    active_human(human_id);
    if (!remove_override(database, human_id, id)) throw_not_found("Override");
    return true;
  });
}

FreeSlots Organisation::slots(const std::string& human_id, const DateRange& range, int duration) {
  const std::chrono::minutes minutes(duration);
  std::vector<TimeSpan> booked;
  bool has_rules = false;
  const Schedule schedule = read([&](const Database& database) {
    const Human human = active_human(human_id);
    Schedule found = schedule_of(human);
    has_rules = human.availability_rules.has_value();
    booked = booked_times(database, human_id, span_of(range, found.zone));
    return found;
  });
  if (!has_rules) return {schedule.zone.name(), {}};
  if (!schedule.rules.allows(minutes)) {
    throw Error(ErrorCode::invalid_duration,
                refusal_message(ErrorCode::invalid_duration, schedule.rules));
  }
  // A long range takes its time: other calls need not wait for it.
  return {schedule.zone.name(), free_slots(schedule, range, minutes, std::move(booked))};
}

Booking Organisation::book(const NewBooking& added, std::optional<Plan> plan, Timestamp now,
                           const BookingHooks& hooks) {
  require_writable(added.starts_at);
  const std::chrono::minutes duration(added.duration);
  const TimeSpan meeting{added.starts_at, added.starts_at + duration};
  const auto with_booking = [&](const Database& database) {
    const Schedule schedule = schedule_of(active_human(added.human_id));
    if (plan) require_booking_in_plan(count_created(database, month_of(now)), *plan);
    const auto booked = booked_times(database, added.human_id, meeting);
    if (const auto refusal = booking_refusal(schedule, meeting, booked)) {
      throw Error(*refusal, refusal_message(*refusal, schedule.rules));
    }
    const Booking booking{.id = unused_id(database, new_id_),
                          .human_id = added.human_id,
                          .starts_at = added.starts_at,
                          .duration = duration,
                          .attendee_name = added.attendee_name,
                          .attendee_email = added.attendee_email,
                          .metadata = added.metadata,
                          .created_at = now};
    insert_booking(database, booking);
    if (hooks.in_transaction) hooks.in_transaction(database, booking);
    return booking;
  };
  return change(with_booking, hooks.committed);
}

BookingPage Organisation::bookings(const BookingFilter& filter, std::int64_t limit,
                                   std::int64_t offset) {
  return read([&](const Database& database) {
    return BookingPage{bookings_in(database, filter, limit, offset),
                       count_bookings(database, filter)};
  });
}

Booking Organisation::cancel(const std::string& booking_id, const BookingHooks& hooks) {
  const auto cancelled = [&](const Database& database) {
    std::optional<Booking> booking = find_booking(database, booking_id);
    if (!booking || booking->status == BookingStatus::cancelled) throw_not_found("Booking");
    set_cancelled(database, booking_id);
    booking->status = BookingStatus::cancelled;
    if (hooks.in_transaction) hooks.in_transaction(database, *booking);
    return *std::move(booking);
  };
  return change(cancelled, hooks.committed);
}

OrganisationState Organisation::state() {
  return read([&](const Database& database) {
    return OrganisationState{all_humans(database), all_overrides(database), all_bookings(database)};
  });
}

void Organisation::set_state(const OrganisationState& state) {
  change([&](const Database& database) {
    remove_state(database);
    for (const Human& human : state.humans) insert_human(database, human);
    for (const ScheduleOverride& each : state.overrides) insert_override(database, each);
    for (const Booking& booking : state.bookings) insert_booking(database, booking);
    return true;
  });
}

}  // namespace slotflow
