#include "report/utf8.h"

#include <algorithm>
#include <array>

namespace slotflow {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

template <std::size_t N>
bool in_ranges(const std::array<Range, N>& ranges, char32_t code_point) {
  return std::any_of(ranges.begin(), ranges.end(), [code_point](const Range& range) {
    return range.first <= code_point && code_point <= range.last;
  });
}

// The blocks of combining marks, joiners and variation selectors that real names and emoji use.
constexpr std::array<Range, 7> kZeroWidth{{
    {0x0300, 0x036f},
    {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff},
    {0x200b, 0x200f},
    {0x20d0, 0x20ff},
    {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f},
}};

// Blocks that are Wide or Fullwidth in Unicode Standard Annex 11, as a whole or nearly so.
constexpr std::array<Range, 11> kWide{{
    {0x1100, 0x115f},
    {0x2e80, 0x303e},
    {0x3041, 0xa4cf},
    {0xa960, 0xa97f},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff00, 0xff60},
    {0xffe0, 0xffe6},
    {0x1f300, 0x1faff},
    {0x20000, 0x3fffd},
}};

}  // namespace

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

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Utf8Character character = first_character(text).value_or(Utf8Character{});
    if (in_ranges(kWide, character.code_point)) {
      width += 2;
    } else if (!in_ranges(kZeroWidth, character.code_point)) {
      width += 1;
    }
    text.remove_prefix(character.length);
  }
  return width;
}

}  // namespace slotflow
