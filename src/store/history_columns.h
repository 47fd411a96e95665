// Reads the columns of the history that several statements select.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

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

// What delivery_in() reads, from column 0 on.
inline constexpr std::string_view kDeliveryColumns =
    "id, event, booking_id, webhook_id, url, state, attempts, last_status, last_error, "
    "created_at, next_attempt_at, source, resends";
inline constexpr int kAfterDelivery = 13;  // the next column
DeliveryRecord delivery_in(const Statement& row);

// What details_in() reads: all of a delivery but its attempts.
inline constexpr std::string_view kDetailsColumns =
    "id, event, booking_id, webhook_id, url, state, attempts, last_status, last_error, "
    "created_at, next_attempt_at, source, resends, plan, "
    "(SELECT payload FROM event WHERE event.id = event_id)";
inline constexpr int kAfterDetails = 15;
DeliveryDetails details_in(const Statement& row);

}  // namespace slotflow
