#include "report/wrap.h"

#include <algorithm>

#include "domain/ascii.h"
#include "report/display_width.h"

namespace slotflow {

namespace {

std::size_t end_of_word(std::string_view line, std::size_t begin) {
  return std::min(line.find(' ', begin), line.size());
}

// Returns where the word ends that begins there, or the command: either is in quotes or not. What
// is in quotes can have an argument in quotes.
std::size_t end_of_command(std::string_view line, std::size_t begin) {
  constexpr std::string_view kEnds = "),;";
  const std::size_t bracket = line.substr(begin).starts_with('(') ? 1 : 0;
  const bool is_quoted = line.substr(begin + bracket).starts_with('\'');
  const std::size_t first = begin + bracket + (is_quoted ? 1 : 0);
  if (!is_quoted && !line.substr(first).starts_with("slotflow-hooks ")) {
    return end_of_word(line, begin);
  }
  bool is_argument = false;
  for (std::size_t i = first; i < line.size(); ++i) {
    if (line[i] == '\'') {
      const bool goes_on = i + 1 < line.size() && is_letter_or_digit(line[i + 1]);
      if (is_argument || line[i - 1] == ' ') {
        is_argument = !is_argument;
      } else if (is_quoted && !goes_on) {
        return end_of_word(line, i);
      }
    } else if (!is_argument && !is_quoted && kEnds.find(line[i]) != std::string_view::npos) {
      const std::size_t end = line.find_first_not_of(kEnds, i);
      if (end >= line.size() || line[end] == ' ') return std::min(end, line.size());
    }
  }
  return line.size();
}

// `end_of` returns where a part ends that stays whole.
std::string wrapped_line(std::string_view line, std::size_t columns, std::size_t indent,
                         std::size_t (*end_of)(std::string_view, std::size_t)) {
  std::string text;
  std::size_t width = 0;
  while (!line.empty()) {
    const std::size_t spaces = std::min(line.find_first_not_of(' '), line.size());
    const std::size_t end = end_of(line, spaces);
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
    result += wrapped_line(text.substr(0, end), columns, indent, end_of_word);
    if (end == text.size()) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string wrapped_message(std::string_view line, std::size_t columns) {
  constexpr std::size_t kContinued = 4;
  return columns == 0 ? std::string(line) : wrapped_line(line, columns, kContinued, end_of_command);
}

std::string indented(std::string_view text, const Style& style, std::size_t indent) {
  return wrapped(std::string(indent, ' ').append(text), style.columns, indent) + '\n';
}

}  // namespace slotflow
