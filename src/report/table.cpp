#include "report/table.h"

#include <algorithm>
#include <utility>

#include "report/display_width.h"
#include "report/escape.h"

namespace slotflow {

Table::Table(const std::vector<std::string>& titles) : widths_(titles.size(), 0) {
  add_row(titles);
}

void Table::add_row(const std::vector<std::string>& cells) {
  Row row(widths_.size());
  for (std::size_t i = 0; i < std::min(cells.size(), row.size()); ++i) {
    row[i] = safe_line(cells[i]);
    widths_[i] = std::max(widths_[i], display_width(row[i]));
  }
  rows_.push_back(std::move(row));
}

std::string Table::line(const Row& row) const {
  std::string text;
  for (std::size_t i = 0; i < row.size(); ++i) {
    text += row[i];
    text.append(widths_[i] - display_width(row[i]) + 2, ' ');
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string Table::render(const Style& style) const {
  std::string text = style.bold(line(rows_.front())) + '\n';
  for (auto row = rows_.begin() + 1; row != rows_.end(); ++row) text += line(*row) + '\n';
  return text;
}

}  // namespace slotflow
