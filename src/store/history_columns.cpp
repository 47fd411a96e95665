#include "store/history_columns.h"

#include <sqlite3.h>

#include "store/history_plan.h"

namespace slotflow {

void throw_damaged(const std::string& what) {
  throw SqliteError(SQLITE_CORRUPT, what);
}

DeliveryRecord delivery_in(const Statement& row) {
  DeliveryRecord delivery;
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

DeliveryDetails details_in(const Statement& row) {
  DeliveryDetails details;
  details.delivery = delivery_in(row);
  details.plan = parse_plan(row.text(kAfterDelivery));
  details.payload = row.text(kAfterDelivery + 1);
  return details;
}

}  // namespace slotflow
