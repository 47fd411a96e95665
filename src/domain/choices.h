// Closed sets of named values: tables whose rows have a `name`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/closest.h"

namespace slotflow {

// Returns the names of all rows, in order.
template <typename Table>
std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& row : table) names.emplace_back(row.name);
  return names;
}

// Returns the row with this name, or nullptr.
template <typename Table>
const typename Table::value_type* row_named(const Table& table, std::string_view name) {
  for (const auto& row : table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

// Returns the row with this name. Throws as throw_unknown_choice() if there is none; `what` is
// mostly an option.
template <typename Table>
const typename Table::value_type& require_row(std::string_view what, const Table& table,
                                              std::string_view name) {
  const auto* row = row_named(table, name);
  if (row == nullptr) throw_unknown_choice(what, name, names_of(table));
  return *row;
}

}  // namespace slotflow
