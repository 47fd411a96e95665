// The tables of what an organisation has beside its webhooks. man/slotflow-hooks-history.5
// documents them.
#pragma once

#include <string_view>

namespace slotflow {

// What makes format 2 of format 1: the tables are new, and none is changed. Times are in
// milliseconds since 1970. `seq` is the order in which rows were added.
inline constexpr std::string_view kStateTables = R"(
CREATE TABLE human (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  email TEXT,
  role TEXT,
  timezone TEXT NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL,
  availability TEXT
) STRICT;
CREATE INDEX human_active ON human (seq) WHERE active = 1;

CREATE TABLE schedule_override (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  human_id TEXT NOT NULL REFERENCES human (id),
  type TEXT NOT NULL CHECK (type IN ('block', 'open')),
  title TEXT NOT NULL,
  start_date TEXT NOT NULL,
  end_date TEXT,
  start_time TEXT,
  end_time TEXT,
  recurrence TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX schedule_override_human_id ON schedule_override (human_id, start_date);

CREATE TABLE booking (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  human_id TEXT NOT NULL REFERENCES human (id),
  starts_at INTEGER NOT NULL,
  duration_minutes INTEGER NOT NULL,
  attendee_name TEXT NOT NULL,
  attendee_email TEXT,
  status TEXT NOT NULL CHECK (status IN ('confirmed', 'cancelled')),
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX booking_human_id ON booking (human_id, starts_at);
CREATE INDEX booking_starts_at ON booking (starts_at);
CREATE INDEX booking_created_at ON booking (created_at);
CREATE INDEX booking_confirmed ON booking (human_id, starts_at, duration_minutes)
  WHERE status = 'confirmed';
)";

}  // namespace slotflow
