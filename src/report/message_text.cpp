#include "report/message_text.h"

#include "domain/text.h"
#include "report/escape.h"

namespace slotflow {

std::string message_line(const std::string& text, const MessageLayout& layout) {
  std::string line = std::string(layout.prefix) + text;
  if (text.empty()) line.erase(line.find_last_not_of(' ') + 1);
  return line + '\n';
}

std::string message_note(const std::string& text, const MessageLayout& layout, const Style& style) {
  return std::string(layout.note_prefix) + style.dim(text) + '\n';
}

std::string message_headers(const std::vector<Header>& headers, const MessageLayout& layout,
                            const Style& style) {
  std::string text;
  std::size_t shown = 0;
  for (const auto& [name, value] : headers) {
    if (shown++ == layout.max_headers) {
      const std::size_t more = headers.size() - layout.max_headers;
      return text + message_note("… (" + std::to_string(more) + " more headers)", layout, style);
    }
    text += message_line(style.dim(safe_excerpt(name, layout.max_name) + ": " +
                                   safe_excerpt(value, layout.max_value)),
                         layout);
  }
  return text;
}

std::string message_body(std::string_view body, const MessageLayout& layout, const Style& style) {
  if (body.empty()) return message_note("(no body)", layout, style);
  std::string text = message_line("", layout);
  for (const std::string_view line : split(body, '\n')) {
    text += message_line(safe_text(line), layout);
  }
  return text;
}

std::string message_cut(std::size_t shown, const MessageLayout& layout, const Style& style) {
  return message_note("… (the first " + std::to_string(shown) + " bytes of the body)", layout,
                      style);
}

}  // namespace slotflow
