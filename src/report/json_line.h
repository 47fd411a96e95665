// Writes JSON objects without building a DOM: listen writes thousands of lines a second.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace slotflow {

// Appends `bytes` as a JSON string, escaped for terminals as safe_json() does. Bytes that are not
// UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view bytes);

// Fields are in the order in which they are added. Their names need no escaping.
class JsonLine {
 public:
  // Appends to `out`, which must outlive this object.
  explicit JsonLine(std::string& out) : out_(out) { out_ += '{'; }

  JsonLine& text(std::string_view name, std::string_view value);
  JsonLine& text_or_null(std::string_view name, const std::optional<std::string>& value);
  JsonLine& number(std::string_view name, std::int64_t value);
  JsonLine& boolean(std::string_view name, bool value);
  JsonLine& null(std::string_view name);
  // Adds a field, and returns the text to which the caller must append its value as JSON.
  std::string& raw(std::string_view name);
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace slotflow
