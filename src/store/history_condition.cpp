#include "store/history_condition.h"

#include <utility>

#include "domain/text.h"
#include "domain/timestamp.h"

namespace slotflow {

HistoryCondition::HistoryCondition(const HistoryFilter& filter)
    : names_bookings_(!filter.bookings.empty()) {
  std::vector<std::string> states, webhooks, statuses;
  if (filter.failed) states.emplace_back("state = 'failed'");
  if (filter.pending) states.emplace_back("state = 'pending'");
  if (filter.delivered) states.emplace_back("state = 'delivered'");
  if (filter.recovered) states.emplace_back("(state = 'delivered' AND attempts > 1)");
  for (const std::string& id : filter.webhooks) {
    webhooks.push_back("webhook_id >= " + parameter(id) + " AND webhook_id < " +
                       parameter(id + '\x7f'));
  }
  for (const std::string& url : filter.webhook_urls) webhooks.push_back("url = " + parameter(url));
  for (const auto& [from, to] : filter.statuses.ranges()) {
    statuses.push_back("last_status BETWEEN " + parameter(std::int64_t{from}) + " AND " +
                       parameter(std::int64_t{to}));
  }
  // SQLite compares in this order: numbers are faster than texts.
  add_any(states);
  add_any(statuses);
  if (filter.slower) {
    add("slowest_us > " +
        parameter(std::int64_t{std::chrono::microseconds(*filter.slower).count()}));
  }
  if (filter.since) add("created_at >= " + parameter(unix_milliseconds(*filter.since)));
  if (filter.until) add("created_at <= " + parameter(unix_milliseconds(*filter.until)));
  add_any_of("last_error", filter.errors);
  add_any_of("event", filter.events);
  add_any_of("url", filter.urls);
  add_any_of("booking_id", filter.bookings);
  add_any(webhooks);
  if (filter.leaves_out_resent) {
    add("NOT EXISTS (SELECT 1 FROM delivery AS later WHERE later.resends = delivery.id)");
  }
}

// A booking has few deliveries. All else can be true of most of them or of none, which SQLite does
// not know: reading the one narrow index that has all these columns is never slow.
std::string HistoryCondition::from() const {
  const std::string index =
      names_bookings_ ? " INDEXED BY delivery_booking_id" : " INDEXED BY delivery_filter";
  return " FROM delivery" + (sql_.empty() ? "" : index + " WHERE " + sql_);
}

std::string HistoryCondition::where() const {
  return sql_.empty() ? "" : " WHERE seq IN (SELECT seq" + from() + ")";
}

std::string HistoryCondition::where_newest() const {
  const std::string limit = " ORDER BY seq DESC LIMIT ?" + std::to_string(parameters() + 1);
  return " WHERE seq IN (SELECT seq" + from() + limit + ")";
}

// Returns how the value is named in SQL.
std::string HistoryCondition::parameter(Value value) {
  values_.push_back(std::move(value));
  return "?" + std::to_string(values_.size());
}

void HistoryCondition::add(const std::string& sql) {
  sql_ += (sql_.empty() ? "" : " AND ") + sql;
}

// Adds that one of several conditions holds, unless there are none.
void HistoryCondition::add_any(const std::vector<std::string>& alternatives) {
  if (!alternatives.empty()) add("(" + joined(alternatives, " OR ") + ")");
}

// Adds that a column has one of several values, unless there are none.
void HistoryCondition::add_any_of(const std::string& column,
                                  const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  std::vector<std::string> names;
  for (const std::string& text : texts) names.push_back(parameter(text));
  add(column + " IN (" + joined(names, ", ") + ")");
}

void HistoryCondition::bind(Statement& statement) const {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    std::visit([&](const auto& value) { statement.bind(static_cast<int>(i) + 1, value); },
               values_[i]);
  }
}

}  // namespace slotflow
