#include "store/state_rows.h"

#include <string_view>
#include <utility>

#include "domain/calendar_date.h"
#include "domain/error.h"
#include "domain/schedule_json.h"
#include "store/history_columns.h"

namespace slotflow {

namespace {

constexpr std::string_view kHumans =
    "SELECT id, name, email, role, timezone, active, created_at, availability FROM human ";
constexpr std::string_view kOverrides =
    "SELECT id, human_id, type, title, start_date, end_date, start_time, end_time, recurrence, "
    "created_at FROM schedule_override ";
constexpr std::string_view kBookings =
    "SELECT id, human_id, starts_at, duration_minutes, attendee_name, attendee_email, status, "
    "metadata, created_at FROM booking ";

std::string sql(std::string_view begin, std::string_view end) {
  return std::string(begin).append(end);
}

std::optional<std::string> date_text_of(const std::optional<Date>& date) {
  return date ? std::optional(date_text(*date)) : std::nullopt;
}

// Words that were valid when they were written are so unless the file is damaged.
template <typename Read>
auto undamaged(Read read) {
  try {
    return read();
  } catch (const Error& error) {
    throw_damaged(std::string("a word in it is damaged: ") + error.what());
  }
}

Json json_in(const std::string& text) {
  std::optional<Json> json = try_parse_json(text);
  if (!json) throw_damaged("JSON in it is damaged");
  return *std::move(json);
}

Human human_in(const Statement& row) {
  Human human{.id = row.text(0),
              .name = row.text(1),
              .email = row.optional_text(2),
              .role = row.optional_text(3),
              .timezone = row.text(4),
              .active = row.number(5) != 0,
              .created_at = timestamp_in(row, 6)};
  if (!row.is_null(7)) human.availability_rules = availability_of(json_in(row.text(7)));
  return human;
}

ScheduleOverride override_in(const Statement& row) {
  OverrideTimes times;
  times.type = parse_override_type(row.text(2));
  times.start_date = require_date("start_date", row.text(4));
  if (!row.is_null(5)) times.end_date = require_date("end_date", row.text(5));
  if (!row.is_null(6)) {
    times.part = {require_time_of_day("start_time", row.text(6)),
                  require_time_of_day("end_time", row.text(7))};
  }
  if (!row.is_null(8)) times.recurrence = recurrence_of(json_in(row.text(8)));
  validate(times);
  return {row.text(0), row.text(1), row.text(3), std::move(times), timestamp_in(row, 9)};
}

Booking booking_in(const Statement& row) {
  return {.id = row.text(0),
          .human_id = row.text(1),
          .starts_at = timestamp_in(row, 2),
          .duration = std::chrono::minutes(row.number(3)),
          .attendee_name = row.text(4),
          .attendee_email = row.optional_text(5),
          .status = parse_booking_status(row.text(6)),
          .metadata = row.text(7),
          .created_at = timestamp_in(row, 8)};
}

template <typename Read>
auto rows_of(Statement statement, Read read) {
  std::vector<decltype(read(statement))> rows;
  while (statement.step()) rows.push_back(undamaged([&] { return read(statement); }));
  return rows;
}

template <typename Read>
auto row_of(Statement statement, Read read) -> std::optional<decltype(read(statement))> {
  if (!statement.step()) return std::nullopt;
  auto row = undamaged([&] { return read(statement); });
  statement.reset();
  return row;
}

// Only the conditions that are asked for, so that an index can be used.
Statement filtered(const Database& database, std::string_view select, const BookingFilter& filter,
                   std::string_view end) {
  std::string conditions;
  const auto add = [&](bool is_given, std::string_view condition) {
    if (is_given) conditions.append(conditions.empty() ? "WHERE " : "AND ").append(condition);
  };
  add(filter.human_id.has_value(), "human_id = ?1 ");
  add(filter.status.has_value(), "status = ?2 ");
  add(filter.from.has_value(), "starts_at >= ?3 ");
  add(filter.before.has_value(), "starts_at < ?4 ");
  Statement statement = database.prepare(sql(select, sql(conditions, end)));
  if (filter.human_id) statement.bind(1, *filter.human_id);
  if (filter.status) statement.bind(2, to_string(*filter.status));
  if (filter.from) statement.bind(3, unix_milliseconds(*filter.from));
  if (filter.before) statement.bind(4, unix_milliseconds(*filter.before));
  return statement;
}

}  // namespace

void insert_human(const Database& database, const Human& human) {
  Statement statement = database.prepare(
      "INSERT INTO human (id, name, email, role, timezone, active, created_at, availability) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  statement.bind(1, human.id).bind(2, human.name).bind(3, human.email).bind(4, human.role);
  statement.bind(5, human.timezone).bind(6, std::int64_t{human.active});
  statement.bind(7, unix_milliseconds(human.created_at));
  const auto& rules = human.availability_rules;
  statement.bind(8, rules ? std::optional(to_line(json_of(*rules))) : std::nullopt);
  statement.run();
}

void insert_override(const Database& database, const ScheduleOverride& added) {
  Statement statement = database.prepare(
      "INSERT INTO schedule_override (id, human_id, type, title, start_date, end_date, start_time, "
      "end_time, recurrence, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const OverrideTimes& times = added.times;
  statement.bind(1, added.id).bind(2, added.human_id).bind(3, to_string(times.type));
  statement.bind(4, added.title).bind(5, date_text(times.start_date));
  statement.bind(6, date_text_of(times.end_date)).bind_null(7).bind_null(8).bind_null(9);
  if (times.part) {
    statement.bind(7, time_of_day_text(times.part->start));
    statement.bind(8, time_of_day_text(times.part->end));
  }
  if (times.recurrence) statement.bind(9, to_line(json_of(*times.recurrence)));
  statement.bind(10, unix_milliseconds(added.created_at)).run();
}

void insert_booking(const Database& database, const Booking& booking) {
  Statement statement = database.prepare(
      "INSERT INTO booking (id, human_id, starts_at, duration_minutes, attendee_name, "
      "attendee_email, status, metadata, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  statement.bind(1, booking.id).bind(2, booking.human_id);
  statement.bind(3, unix_milliseconds(booking.starts_at)).bind(4, booking.duration.count());
  statement.bind(5, booking.attendee_name).bind(6, booking.attendee_email);
  statement.bind(7, to_string(booking.status)).bind(8, booking.metadata);
  statement.bind(9, unix_milliseconds(booking.created_at)).run();
}

std::optional<Human> find_human(const Database& database, const std::string& id) {
  Statement statement = database.prepare(sql(kHumans, "WHERE id = ?"));
  statement.bind(1, id);
  return row_of(std::move(statement), human_in);
}

std::optional<Booking> find_booking(const Database& database, const std::string& id) {
  Statement statement = database.prepare(sql(kBookings, "WHERE id = ?"));
  statement.bind(1, id);
  return row_of(std::move(statement), booking_in);
}

std::vector<Human> all_humans(const Database& database) {
  return rows_of(database.prepare(sql(kHumans, "ORDER BY seq")), human_in);
}

std::vector<Human> active_humans(const Database& database) {
  return rows_of(database.prepare(sql(kHumans, "WHERE active = 1 ORDER BY seq")), human_in);
}

std::vector<ScheduleOverride> all_overrides(const Database& database) {
  return rows_of(database.prepare(sql(kOverrides, "ORDER BY seq")), override_in);
}

std::vector<Booking> all_bookings(const Database& database) {
  return rows_of(database.prepare(sql(kBookings, "ORDER BY seq")), booking_in);
}

std::vector<ScheduleOverride> overrides_of(const Database& database, const std::string& human_id) {
  Statement statement =
      database.prepare(sql(kOverrides, "WHERE human_id = ? ORDER BY start_date, seq"));
  statement.bind(1, human_id);
  return rows_of(std::move(statement), override_in);
}

std::vector<Booking> bookings_in(const Database& database, const BookingFilter& filter,
                                 std::int64_t limit, std::int64_t offset) {
  Statement statement =
      filtered(database, kBookings, filter, "ORDER BY starts_at DESC, seq DESC LIMIT ?5 OFFSET ?6");
  statement.bind(5, limit).bind(6, offset);
  return rows_of(std::move(statement), booking_in);
}

std::size_t count_bookings(const Database& database, const BookingFilter& filter) {
  Statement statement = filtered(database, "SELECT count(*) FROM booking ", filter, "");
  return statement.step() ? static_cast<std::size_t>(statement.number(0)) : 0;
}

std::size_t count_created(const Database& database, const TimeSpan& span) {
  Statement statement =
      database.prepare("SELECT count(*) FROM booking WHERE created_at >= ? AND created_at < ?");
  statement.bind(1, unix_milliseconds(span.start)).bind(2, unix_milliseconds(span.end));
  return statement.step() ? static_cast<std::size_t>(statement.number(0)) : 0;
}

std::vector<TimeSpan> booked_times(const Database& database, const std::string& human_id,
                                   const TimeSpan& span) {
  // No meeting is longer than a day. All columns are in an index.
  Statement statement = database.prepare(
      "SELECT starts_at, duration_minutes FROM booking WHERE human_id = ?1 AND starts_at > ?2 AND "
      "starts_at < ?3 AND starts_at + duration_minutes * 60000 > ?4 AND status = 'confirmed'");
  statement.bind(1, human_id).bind(2, unix_milliseconds(span.start - std::chrono::hours(24)));
  statement.bind(3, unix_milliseconds(span.end)).bind(4, unix_milliseconds(span.start));
  return rows_of(std::move(statement), [](const Statement& row) {
    const Timestamp start = timestamp_in(row, 0);
    return TimeSpan{start, start + std::chrono::minutes(row.number(1))};
  });
}

void deactivate_human(const Database& database, const std::string& id) {
  database.prepare("UPDATE human SET active = 0 WHERE id = ?").bind(1, id).run();
}

void set_availability(const Database& database, const std::string& id,
                      const AvailabilityRules& rules) {
  Statement statement = database.prepare("UPDATE human SET availability = ? WHERE id = ?");
  statement.bind(1, to_line(json_of(rules))).bind(2, id).run();
}

void set_cancelled(const Database& database, const std::string& booking_id) {
  Statement statement = database.prepare("UPDATE booking SET status = 'cancelled' WHERE id = ?");
  statement.bind(1, booking_id).run();
}

bool remove_override(const Database& database, const std::string& human_id, const std::string& id) {
  Statement statement =
      database.prepare("DELETE FROM schedule_override WHERE id = ? AND human_id = ? RETURNING seq");
  const bool found = statement.bind(1, id).bind(2, human_id).step();
  if (found) statement.run();
  return found;
}

void remove_state(const Database& database) {
  database.run("DELETE FROM booking; DELETE FROM schedule_override; DELETE FROM human");
}

std::string unused_id(const Database& database, const std::function<std::string()>& new_id) {
  Statement find = database.prepare(
      "SELECT EXISTS (SELECT 1 FROM human WHERE id = ?1) OR "
      "EXISTS (SELECT 1 FROM schedule_override WHERE id = ?1) OR "
      "EXISTS (SELECT 1 FROM booking WHERE id = ?1) OR "
      "EXISTS (SELECT 1 FROM delivery WHERE id = ?1)");
  for (;;) {
    std::string id = new_id();
    find.bind(1, id);
    bool is_used = false;
    while (find.step()) is_used = find.number(0) != 0;
    if (!is_used) return id;
  }
}

}  // namespace slotflow
