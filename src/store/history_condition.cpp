#include "store/history_condition.h"

#include <utility>

#include "domain/text.h"
#include "domain/timestamp.h"

namespace slotflow {

HistoryCondition::HistoryCondition(const HistoryFilter& filter) {
  std::vector<std::string> states;
  if (filter.failed) states.emplace_back("state = 'failed'");
  if (filter.pending) states.emplace_back("state = 'pending'");
  if (filter.delivered) states.emplace_back("state = 'delivered'");
  if (filter.recovered) states.emplace_back("(state = 'delivered' AND attempts > 1)");
  add_any(states, {});
  add_any_of("event", filter.events);
  add_any_of("url", filter.urls);
  add_any_of("booking_id", filter.bookings);
  add_any_of("last_error", filter.errors);
  std::vector<std::string> webhooks, statuses;
  std::vector<Value> prefixes, limits;
  for (const std::string& id : filter.webhooks) {
    webhooks.emplace_back("webhook_id >= ? AND webhook_id < ?");
    prefixes.insert(prefixes.end(), {id, id + '\x7f'});
  }
  for (const auto& [from, to] : filter.statuses.ranges()) {
    statuses.emplace_back("last_status BETWEEN ? AND ?");
    limits.insert(limits.end(), {std::int64_t{from}, std::int64_t{to}});
  }
  for (const std::string& url : filter.webhook_urls) {
    webhooks.emplace_back("url = ?");
    prefixes.emplace_back(url);
  }
  add_any(webhooks, std::move(prefixes));
  add_any(statuses, std::move(limits));
  if (filter.leaves_out_resent) {
    add("NOT EXISTS (SELECT 1 FROM delivery AS later WHERE later.resends = delivery.id)");
  }
  if (filter.slower) {
    add("slowest_us > ?", {std::chrono::microseconds(*filter.slower).count()});
  }
  if (filter.since) add("created_at >= ?", {unix_milliseconds(*filter.since)});
  if (filter.until) add("created_at <= ?", {unix_milliseconds(*filter.until)});
}

void HistoryCondition::add(const std::string& sql, std::vector<Value> values) {
  sql_ += (sql_.empty() ? " WHERE " : " AND ") + sql;
  for (Value& value : values) values_.push_back(std::move(value));
}

// Adds that one of several conditions holds, unless there are none.
void HistoryCondition::add_any(const std::vector<std::string>& alternatives,
                               std::vector<Value> values) {
  if (!alternatives.empty()) add("(" + joined(alternatives, " OR ") + ")", std::move(values));
}

// Adds that a column has one of several values, unless there are none.
void HistoryCondition::add_any_of(const std::string& column,
                                  const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  const std::vector<std::string> marks(texts.size(), "?");
  add(column + " IN (" + joined(marks, ", ") + ")", {texts.begin(), texts.end()});
}

void HistoryCondition::bind(Statement& statement) const {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    std::visit([&](const auto& value) { statement.bind(static_cast<int>(i) + 1, value); },
               values_[i]);
  }
}

}  // namespace slotflow
