#include "report/display_width.h"

#include <algorithm>
#include <array>

#include "domain/utf8.h"

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

// Blocks that are Wide or Fullwidth in Unicode Standard Annex 11, wholly or almost wholly.
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
