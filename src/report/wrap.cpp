#include "report/wrap.h"

#include <algorithm>

#include "report/display_width.h"

namespace slotflow {

namespace {

std::string wrapped_line(std::string_view line, std::size_t columns, std::size_t indent) {
  std::string text;
  std::size_t width = 0;
  while (!line.empty()) {
    const std::size_t spaces = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t end = std::min(line.find(' ', spaces), line.size());
    const std::string_view word = line.substr(spaces, end - spaces);
    const std::size_t word_width = styled_width(word);
    const bool is_first = width == 0;
    // Spaces at the end stay, because the line may go on.
    if (!is_first && !word.empty() && width + spaces + word_width > columns) {
      text.append(1, '\n').append(indent, ' ').append(word);
      width = indent + word_width;
    } else {
      text.append(line.substr(0, end));
      width += spaces + word_width;
    }
    line.remove_prefix(end);
  }
  return text;
}

}  // namespace

std::size_t styled_width(std::string_view text) {
  constexpr std::string_view kBegin = "\x1b[";
  std::size_t width = 0;
  for (;;) {
    const std::size_t begin = text.find(kBegin);
    width += display_width(text.substr(0, begin));
    if (begin == std::string_view::npos) return width;
    const std::size_t end = text.find('m', begin);
    if (end == std::string_view::npos) return width;
    text.remove_prefix(end + 1);
  }
}

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent) {
  if (columns == 0) return std::string(text);
  std::string result;
  for (;;) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    result += wrapped_line(text.substr(0, end), columns, indent);
    if (end == text.size()) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string indented(std::string_view text, const Style& style, std::size_t indent) {
  return wrapped(std::string(indent, ' ').append(text), style.columns, indent) + '\n';
}

}  // namespace slotflow
