#include "web/target.h"

#include <algorithm>
#include <cstdint>

#include "domain/ascii.h"
#include "domain/number.h"
#include "domain/text.h"

namespace slotflow {

namespace {

std::string form_decoded(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decoded(spaced);
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const bool is_code =
        text.size() > 2 && text[0] == '%' && is_hex_digit(text[1]) && is_hex_digit(text[2]);
    out += is_code ? static_cast<char>(*to_number<std::uint8_t>(text.substr(1, 2), 16)) : text[0];
    text.remove_prefix(is_code ? 3 : 1);
  }
  return out;
}

std::vector<std::string> path_segments(std::string_view target) {
  std::string_view path = target.substr(0, target.find('?'));
  if (path.starts_with('/')) path.remove_prefix(1);
  std::vector<std::string> segments;
  for (const std::string_view segment : split(path, '/')) {
    segments.push_back(percent_decoded(segment));
  }
  return segments;
}

std::optional<WebFields> path_parameters(std::string_view pattern,
                                         const std::vector<std::string>& segments) {
  const std::vector<std::string_view> wanted = split(pattern.substr(1), '/');
  if (wanted.size() != segments.size()) return std::nullopt;
  WebFields parameters;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (wanted[i].starts_with(':')) {
      if (segments[i].empty()) return std::nullopt;
      parameters.emplace_back(wanted[i].substr(1), segments[i]);
    } else if (wanted[i] != segments[i]) {
      return std::nullopt;
    }
  }
  return parameters;
}

std::string_view host_in(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']') && authority.size() > 1) {
    authority = authority.substr(1, authority.size() - 2);
  }
  return authority;
}

WebFields query_fields(std::string_view target) {
  const std::size_t begin = target.find('?');
  if (begin == std::string_view::npos) return {};
  WebFields fields;
  for (const std::string_view field : split(target.substr(begin + 1), '&')) {
    if (field.empty()) continue;
    const std::size_t equals = field.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
    fields.emplace_back(form_decoded(field.substr(0, equals)), form_decoded(value));
  }
  return fields;
}

}  // namespace slotflow
