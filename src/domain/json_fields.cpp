#include "domain/json_fields.h"

#include <cstddef>

#include "domain/ascii.h"
#include "domain/json_scanner.h"
#include "domain/text.h"

namespace slotflow {

std::vector<JsonField> json_fields(std::string_view json) {
  JsonScanner scanner(json);
  std::vector<JsonField> fields;
  if (scanner.next() != JsonScanner::Token::object_begin) return fields;
  std::size_t begin = 0;  // of the value of the last field
  for (JsonScanner::Token token = scanner.next(); scanner.depth() > 0; token = scanner.next()) {
    if (token == JsonScanner::Token::bad) {
      if (!fields.empty() && fields.back().value.empty()) fields.pop_back();
      return fields;
    }
    if (scanner.depth() > 1) continue;
    if (token == JsonScanner::Token::key) {
      fields.push_back({scanner.text(), {}});
      begin = scanner.offset();
    } else {
      fields.back().value = trimmed(json.substr(begin, scanner.offset() - begin));
    }
  }
  return fields;
}

std::string_view last_value(const std::vector<JsonField>& fields, std::string_view name) {
  for (std::size_t i = fields.size(); i > 0; --i) {
    if (fields[i - 1].name == name) return fields[i - 1].value;
  }
  return {};
}

std::string without_space(std::string_view json) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (!in_string && is_space(json[i])) continue;
    out += json[i];
    if (json[i] == '"') in_string = !in_string;
    if (in_string && json[i] == '\\' && i + 1 < json.size()) out += json[++i];
  }
  return out;
}

}  // namespace slotflow
