// The parts of an HTTP message as lines for people.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "domain/delivery.h"
#include "report/style.h"

namespace slotflow {

struct MessageLayout {
  std::string_view prefix;       // of every line of the message
  std::string_view note_prefix;  // of the lines that say what is not shown
  std::size_t max_headers;
  std::size_t max_name;   // characters
  std::size_t max_value;  // characters
};

// All are terminal-safe, and every line ends with a newline. Lines are not wrapped, so that they
// can be copied.

// Returns a line of a message; `text` must be terminal-safe.
std::string message_line(const std::string& text, const MessageLayout& layout);
std::string message_note(const std::string& text, const MessageLayout& layout, const Style& style);
std::string message_headers(const std::vector<Header>& headers, const MessageLayout& layout,
                            const Style& style);
// Returns an empty line and those of a body, tabs included, or that there is no body.
std::string message_body(std::string_view body, const MessageLayout& layout, const Style& style);
// Returns that only `shown` bytes of a body are shown.
std::string message_cut(std::size_t shown, const MessageLayout& layout, const Style& style);

}  // namespace slotflow
