// Rows of text in aligned columns.
#pragma once

#include <string>
#include <vector>

#include "report/style.h"

namespace slotflow {

// Cells may contain any bytes: they are made terminal-safe here, and aligned by their width on a
// terminal. Two spaces separate the columns, and no line ends with a space.
class Table {
 public:
  explicit Table(const std::vector<std::string>& titles);

  void add_row(const std::vector<std::string>& cells);  // as many cells as there are titles
  std::string render(const Style& style) const;         // every line ends with a newline

 private:
  using Row = std::vector<std::string>;

  std::string line(const Row& row) const;

  std::vector<std::size_t> widths_;
  std::vector<Row> rows_;  // the titles first
};

}  // namespace slotflow
