#include "store/history_schema.h"

#include <array>
#include <string>
#include <string_view>

#include "store/state_schema.h"

namespace slotflow {

namespace {

// What makes format N+1 of format N. Once released, one is never changed: others are added. (Format
// 1 had eight indexes more before it was released, which format 3 drops.)
// Times are in milliseconds since 1970, durations in microseconds; `sum` see store/row_sum.h.
constexpr std::array<std::string_view, kHistoryFormat> kMigrations{R"(
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  booking_id TEXT,
  payload BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  sum INTEGER NOT NULL AS (history_sum(id, name, booking_id, payload, created_at)) STORED
) STRICT;

CREATE TABLE delivery (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  event_id INTEGER NOT NULL REFERENCES event (id),
  event TEXT NOT NULL,
  booking_id TEXT,
  webhook_id TEXT,
  url TEXT NOT NULL,
  lane INTEGER NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('fire', 'serve', 'resend')),
  resends TEXT,
  plan TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'expected')),
  attempts INTEGER NOT NULL,
  last_status INTEGER,
  last_error TEXT,
  slowest_us INTEGER,
  next_attempt_at INTEGER,
  owner TEXT,
  sum INTEGER NOT NULL AS (history_sum(
    seq, id, event_id, event, booking_id, webhook_id, url, lane, source, resends, plan, created_at,
    state, attempts, last_status, last_error, slowest_us, next_attempt_at, owner)) STORED
) STRICT;
CREATE INDEX delivery_event_id ON delivery (event_id);
CREATE INDEX delivery_booking_id ON delivery (booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX delivery_resends ON delivery (resends) WHERE resends IS NOT NULL;
CREATE INDEX delivery_created_at ON delivery (created_at);

CREATE TABLE attempt (
  delivery INTEGER NOT NULL REFERENCES delivery (seq),
  number INTEGER NOT NULL,
  trigger TEXT NOT NULL CHECK (trigger IN ('schedule', 'resume')),
  at INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  address TEXT,
  status INTEGER,
  error TEXT,
  detail TEXT,
  stage TEXT,
  cause TEXT,
  outcome TEXT NOT NULL CHECK (outcome IN ('delivered', 'retrying', 'failed', 'expected')),
  signed_at INTEGER,
  sent INTEGER NOT NULL,
  sum INTEGER NOT NULL AS (history_sum(
    delivery, number, trigger, at, duration_us, address, status, error, detail, stage, cause,
    outcome, signed_at, sent)) STORED,
  PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE exchange (
  id INTEGER PRIMARY KEY,
  delivery INTEGER NOT NULL REFERENCES delivery (seq),
  number INTEGER NOT NULL,
  request_head BLOB NOT NULL,
  response_head BLOB,
  response_body BLOB,
  response_cut INTEGER NOT NULL,
  sum INTEGER NOT NULL AS (history_sum(
    id, delivery, number, request_head, response_head, response_body, response_cut)) STORED,
  UNIQUE (delivery, number)
) STRICT;
)",
                                                                   kStateTables,
                                                                   R"(
DROP INDEX IF EXISTS delivery_event;
DROP INDEX IF EXISTS delivery_webhook_id;
DROP INDEX IF EXISTS delivery_url;
DROP INDEX IF EXISTS delivery_state;
DROP INDEX IF EXISTS delivery_recovered;
DROP INDEX IF EXISTS delivery_last_status;
DROP INDEX IF EXISTS delivery_last_error;
DROP INDEX IF EXISTS delivery_slowest_us;
CREATE INDEX IF NOT EXISTS delivery_pending ON delivery (seq) WHERE state = 'pending';
-- All columns of the filters, for history_condition.cpp: one index to write instead of eight.
CREATE INDEX IF NOT EXISTS delivery_filter ON delivery (
  seq, created_at, state, attempts, last_status, last_error, slowest_us, event, url, webhook_id);
)"};

}  // namespace

void migrate_history(const Database& database) {
  for (auto format = database.number("PRAGMA user_version"); format < kHistoryFormat;) {
    WriteTransaction transaction(database);
    format = database.number("PRAGMA user_version");  // another process may have been faster
    if (format == kHistoryFormat) return;
    database.run(std::string(kMigrations[static_cast<std::size_t>(format)]));
    ++format;
    database.run("PRAGMA application_id = " + std::to_string(kHistoryApplication));
    database.run("PRAGMA user_version = " + std::to_string(format));
    transaction.commit();
  }
}

}  // namespace slotflow
