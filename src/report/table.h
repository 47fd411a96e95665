// Rows of text in aligned columns.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/style.h"

namespace slotflow {

// Cells may contain any bytes: they are made terminal-safe here, and aligned by their width on a
// terminal. Two spaces separate the columns, and no line ends with a space.
//
// If the terminal is too narrow, the text of the last column is wrapped. If a cell is too wide even
// then, each row becomes a paragraph, with its first cell as headline and a line for each other
// cell: ids and URLs stay whole, so that they can be copied.
class Table {
 public:
  explicit Table(const std::vector<std::string>& titles);

  void add_row(const std::vector<std::string>& cells);  // as many cells as there are titles
  std::string render(const Style& style) const;         // every line ends with a newline

 private:
  using Row = std::vector<std::string>;

  std::string line(const Row& row) const;
  std::size_t last_column() const;  // where it begins
  std::string in_columns(const Style& style) const;
  std::string in_paragraphs(const Style& style) const;

  std::vector<std::size_t> widths_;
  std::vector<Row> rows_;  // the titles first
};

}  // namespace slotflow
