#include "domain/utf8.h"

namespace slotflow {

std::optional<Utf8Character> first_character(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  const auto lead = static_cast<unsigned char>(bytes[0]);
  if (lead < 0x80) return Utf8Character{lead, 1};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || bytes.size() < length) return std::nullopt;
  char32_t code_point = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(bytes[i]);
    if ((next & 0xc0U) != 0x80U) return std::nullopt;
    code_point = (code_point << 6U) | (next & 0x3fU);
  }
  const bool overlong =
      (length == 3 && code_point < 0x800) || (length == 4 && code_point < 0x10000);
  const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  if (overlong || surrogate || code_point > 0x10ffff) return std::nullopt;
  return Utf8Character{code_point, length};
}

std::string_view first_characters(std::string_view bytes, std::size_t limit) {
  std::size_t end = 0;
  for (std::size_t count = 0; count < limit && end < bytes.size(); ++count) {
    end += first_character(bytes.substr(end)).value_or(Utf8Character{}).length;
  }
  return bytes.substr(0, end);
}

std::string_view utf8_prefix(std::string_view bytes, std::size_t limit) {
  if (bytes.size() <= limit) return bytes;
  // A character has at most four bytes; a longer run of such bytes is not UTF-8 anyway.
  for (std::size_t back = 0; back < 4 && back <= limit; ++back) {
    const auto next = static_cast<unsigned char>(bytes[limit - back]);
    if ((next & 0xc0U) != 0x80) return bytes.substr(0, limit - back);
  }
  return bytes.substr(0, limit);
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto character = first_character(bytes);
    if (!character) return false;
    bytes.remove_prefix(character->length);
  }
  return true;
}

void append_utf8(std::string& out, char32_t c) {
  const auto continuation = [&out](char32_t bits) {
    out += static_cast<char>(0x80U | (bits & 0x3fU));
  };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0U | (c >> 6U));
    continuation(c);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0U | (c >> 12U));
    continuation(c >> 6U);
    continuation(c);
  } else {
    out += static_cast<char>(0xf0U | (c >> 18U));
    continuation(c >> 12U);
    continuation(c >> 6U);
    continuation(c);
  }
}

std::string from_latin1(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

}  // namespace slotflow
