// One JSON object written straight into its text: for lines of which there are thousands a second.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slotflow {

// Appends `bytes` as a JSON string. What could do harm on a terminal is escaped as safe_json()
// does; bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view bytes);

// Members in the order they are added; names are ours, and need no escaping.
class JsonLine {
 public:
  // Appends to `out`, which must outlive it.
  explicit JsonLine(std::string& out) : out_(out) { out_ += '{'; }

  JsonLine& text(std::string_view name, std::string_view value);
  JsonLine& text_or_null(std::string_view name, const std::optional<std::string>& value);
  JsonLine& number(std::string_view name, std::int64_t value);
  JsonLine& boolean(std::string_view name, bool value);
  JsonLine& null(std::string_view name);
  // The place for a value that is JSON text already.
  std::string& raw(std::string_view name);
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace slotflow
