#include "report/json_pretty.h"

#include <algorithm>

#include "domain/utf8.h"
#include "report/escape.h"

namespace slotflow {

namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kEndOfScalar = " \t\r\n{}[],:\"";

class Printer {
 public:
  Printer(std::string_view json, const Style& style, const PrettyLayout& layout)
      : json_(json), style_(style), layout_(layout), out_(layout.indent, ' ') {}

  std::string print() {
    skip_space();
    while (!full_ && position_ < json_.size()) {
      token();
      skip_space();
    }
    if (position_ < json_.size()) {
      out_.erase(out_.find_last_not_of(" \n") + 1);  // a line that was begun and has nothing in it
      const std::string left = std::to_string(json_.size() - position_);
      out_ += '\n' + std::string(layout_.indent, ' ') + style_.dim("… (" + left + " bytes more)");
    }
    return out_ + '\n';
  }

 private:
  using Paint = std::string (Style::*)(std::string_view) const;

  void token() {
    const char c = json_[position_];
    if (c == '{' || c == '[') {
      open();
    } else if (c == '}' || c == ']') {
      if (depth_ > 0) --depth_;
      new_line();
      put(1, nullptr);
    } else if (c == ',') {
      put(1, nullptr);
      new_line();
    } else if (c == ':') {
      put(1, nullptr);
      out_ += ' ';
    } else if (c == '"') {
      const std::size_t length = string_length();
      put(length, names_field(position_ + length) ? &Style::cyan : &Style::green);
    } else {
      put(std::min(json_.find_first_of(kEndOfScalar, position_), json_.size()) - position_,
          &Style::yellow);
    }
  }

  void open() {
    put(1, nullptr);
    skip_space();
    const bool empty =
        position_ < json_.size() && (json_[position_] == '}' || json_[position_] == ']');
    if (empty) {
      put(1, nullptr);
    } else {
      ++depth_;
      new_line();
    }
  }

  // Appends the next `length` bytes, or as many as the limit allows.
  void put(std::size_t length, Paint paint) {
    std::string_view shown = json_.substr(position_, length);
    const std::size_t room = layout_.max_bytes - std::min(used_, layout_.max_bytes);
    if (shown.size() > room) {
      shown = utf8_prefix(shown, room);
      full_ = true;
    }
    const std::string safe = safe_json(shown);
    out_ += paint != nullptr ? (style_.*paint)(safe) : safe;
    used_ += safe.size();
    position_ += shown.size();
  }

  void new_line() {
    if (full_) return;
    const std::size_t spaces = layout_.indent + 2 * depth_;
    out_ += '\n';
    out_.append(spaces, ' ');
    used_ += 1 + spaces;
  }

  void skip_space() {
    position_ = std::min(json_.find_first_not_of(kSpace, position_), json_.size());
  }

  // Returns the string that begins at position_, up to its closing quote or the end of the text.
  std::size_t string_length() const {
    for (std::size_t i = position_ + 1; i < json_.size(); ++i) {
      if (json_[i] == '\\') {
        ++i;
      } else if (json_[i] == '"') {
        return i + 1 - position_;
      }
    }
    return json_.size() - position_;
  }

  bool names_field(std::size_t end) const {
    const std::size_t next = json_.find_first_not_of(kSpace, end);
    return next != std::string_view::npos && json_[next] == ':';
  }

  std::string_view json_;
  Style style_;
  PrettyLayout layout_;
  std::string out_;
  std::size_t position_ = 0;
  std::size_t depth_ = 0;
  std::size_t used_ = 0;  // of max_bytes; colour is not counted
  bool full_ = false;
};

}  // namespace

std::string pretty_json(std::string_view json, const Style& style, const PrettyLayout& layout) {
  return Printer(json, style, layout).print();
}

}  // namespace slotflow
