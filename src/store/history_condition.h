// A filter of deliveries as SQL.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "domain/history_filter.h"
#include "store/sqlite.h"

namespace slotflow {

// What must be true of a row of the table `delivery`, and the values of its parameters, which are
// numbered from 1.
class HistoryCondition {
 public:
  explicit HistoryCondition(const HistoryFilter& filter);

  // Returns an expression; without a condition, one that is always true.
  std::string sql() const { return sql_.empty() ? "TRUE" : sql_; }
  // Returns " FROM delivery INDEXED BY ... WHERE ...", which reads as little as possible, and
  // believes the index.
  std::string from() const;
  // Returns " WHERE seq IN (...)", for the rows in from(), or nothing if there is no condition.
  std::string where() const;
  // The same for the newest ones only; how many is the parameter after these.
  std::string where_newest() const;
  // Binds the parameters.
  void bind(Statement& statement) const;
  int parameters() const { return static_cast<int>(values_.size()); }

 private:
  using Value = std::variant<std::int64_t, std::string>;

  std::string parameter(Value value);
  void add(const std::string& sql);
  void add_any(const std::vector<std::string>& alternatives);
  void add_any_of(const std::string& column, const std::vector<std::string>& texts);

  std::string sql_;
  bool names_bookings_ = false;
  std::vector<Value> values_;
};

}  // namespace slotflow
