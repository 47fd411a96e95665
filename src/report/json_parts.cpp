#include "report/json_parts.h"

#include <algorithm>

namespace slotflow {

namespace {

Json pairs(const std::vector<Header>& headers) {
  Json list = Json::array();
  for (const Header& header : headers) {
    list.push_back(Json::array({header.name, header.value}));
  }
  return list;
}

}  // namespace

Json or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

Json or_null_if_empty(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

double milliseconds(std::chrono::microseconds duration) {
  return static_cast<double>(duration.count()) / 1000.0;
}

void add_text(Json& json, const std::string& name, const std::string& text) {
  json[name] = text;
  if (!is_utf8(text)) json[name + "_base64"] = base64(text);
}

void add_headers(Json& json, const std::string& name, const std::vector<Header>& headers) {
  json[name] = pairs(headers);
  if (are_utf8(headers)) return;
  std::vector<Header> encoded;
  for (const Header& header : headers) {
    encoded.push_back({base64(header.name), base64(header.value)});
  }
  json[name + "_base64"] = pairs(encoded);
}

bool are_utf8(const std::vector<Header>& headers) {
  return std::ranges::all_of(
      headers, [](const Header& header) { return is_utf8(header.name) && is_utf8(header.value); });
}

}  // namespace slotflow
