#include "report/wrap.h"

#include "report/display_width.h"

namespace slotflow {

namespace {

constexpr std::size_t kLineWidth = 80;

}  // namespace

bool fits(std::string_view text, std::size_t indent) {
  return indent + display_width(text) <= kLineWidth;
}

std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::string line;
  while (!text.empty()) {
    // Several spaces are no place to break: they separate columns.
    std::size_t end = text.find(' ', 1);
    while (end != std::string_view::npos && text.substr(end, 2) == "  ") {
      end = text.find(' ', text.find_first_not_of(' ', end));
    }
    const std::string_view word = text.substr(0, end);
    if (!line.empty() && !fits(line + std::string(word), indent)) {
      out += line + '\n' + std::string(indent, ' ');
      line = word.substr(1);
    } else {
      line += word;
    }
    text.remove_prefix(word.size());
  }
  return out + line;
}

}  // namespace slotflow
