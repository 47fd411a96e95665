#include "domain/secret.h"

#include <algorithm>
#include <array>

#include "domain/ascii.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

constexpr std::string_view kQuotes = "\"'`";
// Word processors, chats and wikis make these of straight quotes.
constexpr std::array<std::string_view, 6> kTypographicQuotes{"“", "”", "„", "‘", "’", "‚"};

bool is_quote(char c) {
  return kQuotes.find(c) != std::string_view::npos;
}

bool has_quotes(std::string_view text) {
  return std::ranges::any_of(text, is_quote) ||
         std::ranges::any_of(kTypographicQuotes, [&](std::string_view quote) {
           return text.find(quote) != std::string_view::npos;
         });
}

std::string without_quotes(std::string_view text) {
  std::string out(text);
  for (const std::string_view quote : kTypographicQuotes) {
    for (auto at = out.find(quote); at != std::string::npos; at = out.find(quote)) {
      out.erase(at, quote.size());
    }
  }
  std::erase_if(out, is_quote);
  return out;
}

bool is_name_character(char c) {
  return is_letter_or_digit(c) || c == '_';
}

// Returns what stands after NAME=, as in a line of an .env file.
std::optional<std::string_view> after_name(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  const std::string_view name = text.substr(0, equals);
  const bool is_name = !is_digit(name.front()) && std::ranges::all_of(name, is_name_character) &&
                       !name.starts_with(kSecretPrefix);
  const std::string_view value = text.substr(equals + 1);
  // A base64 text ends in "=".
  const bool is_padding = value.empty() || value.front() == '=';
  return is_name && !is_padding ? std::optional(value) : std::nullopt;
}

bool is_masked(std::string_view text) {
  return text.ends_with("...") || text.ends_with("…") ||
         text.find("**") != std::string_view::npos || text.find("••") != std::string_view::npos;
}

bool is_unexpanded(std::string_view text) {
  return text.starts_with('$') || text.starts_with("{{") ||
         (text.starts_with('%') && text.ends_with('%')) ||
         (text.starts_with('<') && text.ends_with('>'));
}

bool is_ascii_character(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

// Base64 has more than letters and digits.
bool is_secret_character(char c) {
  return is_letter_or_digit(c) || std::string_view("_-+/=").find(c) != std::string_view::npos;
}

// Returns what begins with the last whsec_ in `text` and has no other characters; "" if there is
// none.
std::string_view secret_within(std::string_view text) {
  const auto begin = text.rfind(kSecretPrefix);
  if (begin == std::string_view::npos) return "";
  text.remove_prefix(begin);
  const auto* const end = std::ranges::find_if_not(text, is_secret_character);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::string only_ascii(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return !is_ascii_character(c); });
  return out;
}

}  // namespace

std::string masked_secret(std::string_view secret) {
  constexpr std::size_t kShown = 4;
  // Four letters would reveal too much of a short secret.
  constexpr std::size_t kLongEnough = 16;
  std::string shown;
  if (secret.starts_with(kSecretPrefix)) {
    shown = kSecretPrefix;
    secret.remove_prefix(kSecretPrefix.size());
  }
  if (secret.size() >= kLongEnough) shown += utf8_prefix(secret, kShown);
  return shown + "...";
}

std::optional<std::string> odd_secret(std::string_view secret) {
  if (has_quotes(secret)) return "is in quotes";
  if (after_name(secret)) return "begins with NAME=";
  if (is_masked(secret)) return "is a masked secret, such as list shows";
  if (is_unexpanded(secret)) return "is a variable or a placeholder that was not replaced";
  if (!std::ranges::all_of(secret, is_ascii_character)) {
    return "has characters that are not ASCII, which can be invisible";
  }
  if (!secret.starts_with(kSecretPrefix)) return "does not start with whsec_";
  const std::string_view rest = secret.substr(kSecretPrefix.size());
  if (rest.empty()) return "is the prefix whsec_ alone";
  if (rest.starts_with(kSecretPrefix)) return "starts with whsec_ twice";
  if (rest.ends_with(',') || rest.ends_with(';')) return "ends with a comma or semicolon";
  if (!std::ranges::all_of(rest, is_secret_character)) {
    return "has a character other than letters, digits and _ - + / =";
  }
  return std::nullopt;
}

std::vector<RepairedSecret> repaired_secrets(std::string_view secret) {
  std::vector<RepairedSecret> repaired;
  std::string text(secret);
  // Several can be damaged at once: NAME="whsec_...".
  for (std::optional<std::string> damage = odd_secret(text); damage; damage = odd_secret(text)) {
    std::string better = text;
    if (has_quotes(text)) {
      better = without_quotes(text);
    } else if (const auto value = after_name(text)) {
      better = *value;
    } else if (!std::ranges::all_of(text, is_ascii_character)) {
      better = only_ascii(text);
    } else if (text.ends_with(',') || text.ends_with(';')) {
      better.pop_back();
    } else if (text.starts_with(std::string(kSecretPrefix) + std::string(kSecretPrefix))) {
      better = text.substr(kSecretPrefix.size());
    } else if (!is_masked(text)) {
      better = secret_within(text);
    }
    if (better == text || better.empty()) break;
    text = better;
    repaired.push_back({text, repaired.empty() ? *damage : repaired.back().damage});
  }
  return repaired;
}

}  // namespace slotflow
