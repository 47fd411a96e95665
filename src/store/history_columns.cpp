#include "store/history_columns.h"

#include <sqlite3.h>

#include "store/history_plan.h"

namespace slotflow {

namespace {

constexpr int kRowIntact = 13;  // columns of delivery_in() and details_in()
constexpr int kSeq = 14;
constexpr int kPlan = 15;
constexpr int kEventId = 16;

std::string delivery_columns() {
  return "SELECT id, event, booking_id, webhook_id, url, state, attempts, last_status, last_error, "
         "created_at, next_attempt_at, source, resends, " +
         std::string(kDeliveryIsIntact);
}

constexpr std::string_view kSeqColumn = ", delivery.seq";

}  // namespace

void throw_damaged(const std::string& what) {
  throw SqliteError(SQLITE_CORRUPT, what);
}

std::string select_deliveries(const std::string& condition, const std::string& rest) {
  return delivery_columns() + " AND " + condition + std::string(kSeqColumn) + " FROM delivery" +
         rest;
}

DeliveryRecord delivery_in(const Statement& row) {
  expect_intact(row, kRowIntact);
  DeliveryRecord delivery;
  delivery.seq = row.number(kSeq);
  delivery.id = row.text(0);
  delivery.event = row.text(1);
  delivery.booking_id = row.optional_text(2);
  delivery.webhook_id = row.optional_text(3);
  delivery.url = row.text(4);
  delivery.state = value_named<DeliveryState>(kDeliveryStateNames, row.text(5));
  delivery.attempts = static_cast<int>(row.number(6));
  if (!row.is_null(7)) delivery.last_status = static_cast<int>(row.number(7));
  delivery.last_error = row.optional_text(8);
  delivery.created_at = timestamp_in(row, 9);
  if (!row.is_null(10)) delivery.next_attempt_at = timestamp_in(row, 10);
  delivery.source = value_named<DeliverySource>(kDeliverySourceNames, row.text(11));
  delivery.resends = row.optional_text(12);
  return delivery;
}

std::string select_details(const std::string& rest) {
  return delivery_columns() + std::string(kSeqColumn) +
         ", plan, event_id, lane, owner FROM delivery" + rest;
}

EventPayloads::EventPayloads(const Database& database)
    : find_(database.prepare("SELECT payload, " + std::string(kEventIsIntact) +
                             " FROM event WHERE id = ?")) {}

Body EventPayloads::payload_of(std::int64_t event) {
  if (const auto found = known_.find(event); found != known_.end()) return found->second;
  if (!find_.bind(1, event).step()) throw_damaged("an event in it is missing");
  const bool is_intact = find_.number(1) == 1;
  const Body payload = is_intact ? find_.text(0) : "";
  find_.reset();
  if (!is_intact) throw_damaged("a row in it is damaged");
  return known_.emplace(event, payload).first->second;
}

DeliveryDetails details_in(const Statement& row, EventPayloads& payloads) {
  DeliveryDetails details;
  details.delivery = delivery_in(row);
  details.plan = parse_plan(row.text(kPlan));
  details.event_id = row.number(kEventId);
  details.payload = payloads.payload_of(details.event_id);
  return details;
}

}  // namespace slotflow
