#include "domain/quote.h"

#include <algorithm>

#include "domain/ascii.h"
#include "domain/hex.h"
#include "domain/utf8.h"

namespace slotflow {
namespace {

constexpr std::size_t kMaxQuoted = 120;

void append_escaped(std::string& out, std::string_view bytes) {
  for (const char c : bytes) {
    out += "\\x";
    append_hex(out, static_cast<unsigned char>(c), 2);
  }
}

}  // namespace

std::string in_quotes(std::string_view text) {
  const std::string_view shown = utf8_prefix(text, kMaxQuoted);
  std::string out = "'";
  char32_t before = 0;
  for (std::string_view rest = shown; !rest.empty();) {
    const auto character = first_character(rest);
    const std::string_view bytes = rest.substr(0, character ? character->length : 1);
    if (!character || is_hidden(character->code_point, before)) {
      append_escaped(out, bytes);
    } else {
      out += bytes;
    }
    before = character ? character->code_point : 0;
    rest.remove_prefix(bytes.size());
  }
  if (shown.size() < text.size()) out += "...";
  return out + "'";
}

std::string shell_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string shell_argument(std::string_view text) {
  constexpr std::string_view kPlain = "%+,-./:@_";
  const bool is_plain = !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_letter_or_digit(c) || kPlain.find(c) != std::string_view::npos;
  });
  return is_plain ? std::string(text) : shell_word(text);
}

std::string file_argument(std::string_view path) {
  const bool is_like_option = path.starts_with('-');
  return shell_argument((is_like_option ? "./" : "") + std::string(path));
}

}  // namespace slotflow
