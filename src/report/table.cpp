#include "report/table.h"

#include <algorithm>
#include <utility>

#include "domain/ascii.h"
#include "domain/text.h"
#include "report/display_width.h"
#include "report/escape.h"
#include "report/wrap.h"

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

std::size_t Table::last_column() const {
  std::size_t column = 0;
  for (std::size_t i = 0; i + 1 < widths_.size(); ++i) column += widths_[i] + 2;
  return column;
}

std::string Table::in_columns(const Style& style) const {
  const auto fitted = [&](const Row& row) {
    return wrapped(line(row), style.columns, last_column()) + '\n';
  };
  std::string text = style.bold(line(rows_.front())) + '\n';
  for (auto row = rows_.begin() + 1; row != rows_.end(); ++row) text += fitted(*row);
  return text;
}

std::string Table::in_paragraphs(const Style& style) const {
  const Row& titles = rows_.front();
  std::size_t left = 0;
  for (std::size_t i = 1; i < titles.size(); ++i) left = std::max(left, display_width(titles[i]));
  std::string text;
  for (auto row = rows_.begin() + 1; row != rows_.end(); ++row) {
    text += style.bold(row->front()) + '\n';
    for (std::size_t i = 1; i < row->size(); ++i) {
      std::string cell = "  " + lower_case(titles[i]);
      cell.append(left + 4 - display_width(cell), ' ');
      text += wrapped(cell + (*row)[i], style.columns, left + 4) + '\n';
    }
  }
  return text;
}

std::string Table::render(const Style& style) const {
  const std::size_t last = last_column();
  const auto fits = [&](const Row& row) {
    const std::string shown = wrapped(row.back(), style.columns - last, 0);
    return std::ranges::all_of(split(shown, '\n'), [&](std::string_view part) {
      return last + display_width(part) <= style.columns;
    });
  };
  constexpr std::size_t kNarrowest = 20;  // narrower text is hard to read
  const bool fit = style.columns == 0 || last + widths_.back() <= style.columns ||
                   (last + kNarrowest <= style.columns && std::ranges::all_of(rows_, fits));
  return fit ? in_columns(style) : in_paragraphs(style);
}

}  // namespace slotflow
