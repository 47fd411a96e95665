// A filter of deliveries as SQL.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "domain/history_filter.h"
#include "store/sqlite.h"

namespace slotflow {

// A WHERE clause, and the values of its parameters in their order.
class HistoryCondition {
 public:
  // Of the table `delivery`.
  explicit HistoryCondition(const HistoryFilter& filter);

  // Returns " WHERE ...", or nothing if there is no condition.
  const std::string& sql() const { return sql_; }
  // Binds the parameters, which must be the first ones of the statement.
  void bind(Statement& statement) const;
  int parameters() const { return static_cast<int>(values_.size()); }

 private:
  using Value = std::variant<std::int64_t, std::string>;

  void add(const std::string& sql, std::vector<Value> values = {});
  void add_any(const std::vector<std::string>& alternatives, std::vector<Value> values);
  void add_any_of(const std::string& column, const std::vector<std::string>& texts);

  std::string sql_;
  std::vector<Value> values_;
};

}  // namespace slotflow
