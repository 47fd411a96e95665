// Reads the columns of the history that several statements select.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "domain/body.h"
#include "domain/history.h"
#include "store/sqlite.h"

namespace slotflow {

// Throws the error of a value that no version of this program has written.
[[noreturn]] void throw_damaged(const std::string& what);

// Returns the value of an enum that has this name.
template <typename Enum, typename Names>
Enum value_named(const Names& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) throw_damaged("a word in it is damaged");
  return static_cast<Enum>(found - names.begin());
}

inline Timestamp timestamp_in(const Statement& row, int column) {
  return Timestamp(std::chrono::milliseconds(row.number(column)));
}

// Each is true of a row that is as it was written: its columns give its `sum`, see row_sum.h. The
// order is that of the table.
inline constexpr std::string_view kEventIsIntact =
    "event.sum = history_sum(event.id, event.name, event.booking_id, event.payload, "
    "event.created_at)";
inline constexpr std::string_view kDeliveryIsIntact =
    "delivery.sum = history_sum(delivery.seq, delivery.id, delivery.event_id, delivery.event, "
    "delivery.booking_id, delivery.webhook_id, delivery.url, delivery.lane, delivery.source, "
    "delivery.resends, delivery.plan, delivery.created_at, delivery.state, delivery.attempts, "
    "delivery.last_status, delivery.last_error, delivery.slowest_us, delivery.next_attempt_at, "
    "delivery.owner)";
inline constexpr std::string_view kAttemptIsIntact =
    "attempt.sum = history_sum(attempt.delivery, attempt.number, attempt.trigger, attempt.at, "
    "attempt.duration_us, attempt.address, attempt.status, attempt.error, attempt.detail, "
    "attempt.stage, attempt.cause, attempt.outcome, attempt.signed_at, attempt.sent)";
inline constexpr std::string_view kExchangeIsIntact =
    "exchange.sum = history_sum(exchange.id, exchange.delivery, exchange.number, "
    "exchange.request_head, exchange.response_head, exchange.response_body, "
    "exchange.response_cut)";

// Throws if a column with one of these is not true.
inline void expect_intact(const Statement& row, int column) {
  if (row.number(column) != 1) throw_damaged("a row in it is damaged");
}

// Returns "SELECT ... FROM delivery", and what follows: rows for delivery_in(), which also throws
// for one of which `condition` is not true.
std::string select_deliveries(const std::string& condition, const std::string& rest);
DeliveryRecord delivery_in(const Statement& row);

// Returns "SELECT ... FROM delivery", and what follows: rows for details_in(), and of which these
// columns can be read, too.
std::string select_details(const std::string& rest);
inline constexpr int kLaneOfDetails = 17;
inline constexpr int kOwnerOfDetails = 18;

// The payloads of events, each of which is read once. For one transaction: the id of an event that
// was removed may be used again.
class EventPayloads {
 public:
  explicit EventPayloads(const Database& database);
  Body payload_of(std::int64_t event);

 private:
  Statement find_;
  std::map<std::int64_t, Body> known_;
};

// Returns all of a delivery but its attempts and what repeats it.
DeliveryDetails details_in(const Statement& row, EventPayloads& payloads);

}  // namespace slotflow
