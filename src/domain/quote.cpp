#include "domain/quote.h"

#include "domain/json.h"

namespace slotflow {
namespace {

constexpr std::size_t kMaxQuoted = 120;

// How many bytes of a character at the start of `text` a terminal could obey instead of show: the
// C1 controls (U+0080 to U+009F) and Unicode's direction overrides and line separators. The bytes
// are known to be UTF-8.
std::size_t hidden_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
  if (byte(0) == 0xc2 && byte(1) < 0xa0) return 2;
  if (byte(0) != 0xe2) return 0;
  if (byte(1) == 0x80 && (byte(2) == 0x8e || byte(2) == 0x8f)) return 3;
  if (byte(1) == 0x80 && byte(2) >= 0xa8 && byte(2) <= 0xae) return 3;
  if (byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9) return 3;
  return 0;
}

void append_escaped(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    out += "\\x";
    out += kDigits[value >> 4U];
    out += kDigits[value & 0xfU];
  }
}

}  // namespace

std::string in_quotes(std::string_view text) {
  const std::string_view shown = utf8_prefix(text, kMaxQuoted);
  const bool readable = is_utf8(shown);
  std::string out = "'";
  for (std::size_t i = 0; i < shown.size();) {
    const bool ascii = static_cast<unsigned char>(shown[i]) < 0x80;
    std::size_t hidden = !readable && !ascii ? 1 : 0;
    if (hidden == 0) hidden = hidden_character(shown.substr(i));
    append_escaped(out, shown.substr(i, hidden));
    if (hidden == 0) out += shown[i];
    i += hidden == 0 ? 1 : hidden;
  }
  if (shown.size() < text.size()) out += "...";
  return out + "'";
}

}  // namespace slotflow
