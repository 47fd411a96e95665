#include "domain/lenient_header.h"

#include <algorithm>
#include <utility>

#include "domain/ascii.h"
#include "domain/base64.h"
#include "domain/signature.h"
#include "domain/text.h"

namespace slotflow {

namespace {

struct NamedPart {
  std::string_view name;
  std::string_view value;
};

bool is_separator(char c) {
  return c == ',' || c == ';' || c == '&' || c == '|' || is_space(c);
}

// Returns `text` without one pair of quotes around it.
std::string_view without_quotes_around(std::string_view text, bool& in_quotes) {
  for (const char quote : {'"', '\''}) {
    if (text.size() < 2 || text.front() != quote || text.back() != quote) continue;
    text = trimmed(text.substr(1, text.size() - 2));
    in_quotes = true;
  }
  return text;
}

// Removes what was copied with the value of the header: its name, and quotes.
std::string_view bare_value(std::string_view value, LenientHeader& header) {
  header.odd_spelling = trimmed(value) != value;
  value = without_quotes_around(trimmed(value), header.in_quotes);
  const auto behind_name = without_header_name(value);
  if (!behind_name) return value;
  header.with_name = true;
  return without_quotes_around(trimmed(*behind_name), header.in_quotes);
}

// Returns `value` without the white space around "=" and beside commas.
std::string without_spaces_beside_signs(std::string_view value, bool& removed) {
  const auto is_sign = [](char c) { return c == '=' || c == ',' || c == ';'; };
  std::string out;
  for (std::size_t i = 0; i < value.size();) {
    const std::size_t start = i;
    while (i < value.size() && is_space(value[i])) ++i;
    const bool beside_sign =
        i > start && ((!out.empty() && is_sign(out.back())) || is_sign(value[i]));
    if (beside_sign) removed = true;
    if (i > start && !beside_sign) out.append(value.substr(start, i - start));
    if (i < value.size()) out += value[i++];
  }
  return out;
}

bool looks_signed(std::string_view text) {
  constexpr std::size_t kSha256 = 32;  // bytes
  if (std::ranges::all_of(text, is_hex_digit)) {
    return text.size() == 40 || text.size() == 2 * kSha256 || text.size() == 128;
  }
  const auto bytes = base64_decoded(text);
  return bytes && bytes->size() == kSha256;
}

// Splits name=value or name:value.
NamedPart named(std::string_view part, LenientHeader& header) {
  std::size_t sign = part.find('=');
  // A signature alone in base64 ends in "=".
  if (sign + 1 == part.size() && looks_signed(part)) return {"", part};
  if (sign == std::string_view::npos) sign = part.find(':');
  if (sign == std::string_view::npos) return {"", part};
  return {part.substr(0, sign), without_quotes_around(part.substr(sign + 1), header.in_quotes)};
}

std::vector<NamedPart> parts_of(std::string_view value, LenientHeader& header) {
  std::vector<NamedPart> parts;
  while (!value.empty()) {
    const auto end = std::ranges::find_if(value, is_separator);
    const std::string_view part(value.begin(), end);
    value.remove_prefix(part.size());
    if (!part.empty()) parts.push_back(named(part, header));
    if (value.empty()) break;
    if (value.front() != ',' && !parts.empty()) header.other_separator = true;
    value.remove_prefix(1);
  }
  return parts;
}

bool looks_like_time(std::string_view text) {
  constexpr std::size_t kSeconds = 10;
  constexpr std::size_t kMilliseconds = 13;
  return is_digits(text) && (text.size() == kSeconds || text.size() == kMilliseconds);
}

void add_signature(std::string_view text, LenientHeader& header) {
  header.v1_given.emplace_back(text);
  header.v1.push_back(lower_case(text));
}

}  // namespace

LenientHeader read_leniently(std::string_view value) {
  LenientHeader header;
  header.empty = trimmed(value).empty();
  const std::string text =
      without_spaces_beside_signs(bare_value(value, header), header.odd_spelling);
  const std::vector<NamedPart> parts = parts_of(text, header);
  for (const NamedPart& part : parts) {
    const std::string known = lower_case(part.name);
    if (known != "t" && known != "v1") continue;
    if (known != part.name) header.odd_spelling = true;
    if (known == "v1") {
      add_signature(part.value, header);
    } else if (header.t.size() < 2) {
      header.t.emplace_back(part.value);
    }
  }
  const bool without_v1 = header.v1.empty();
  const bool without_t = header.t.empty();
  for (const NamedPart& part : parts) {
    if (without_v1 && header.v1.empty() && looks_signed(part.value)) {
      header.v1_name = part.name;
      add_signature(part.value, header);
    } else if (without_t && header.t.empty() && !part.name.empty() && looks_like_time(part.value)) {
      header.t_name = part.name;
      header.t.emplace_back(part.value);
    }
  }
  return header;
}

}  // namespace slotflow
