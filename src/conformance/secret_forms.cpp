#include "conformance/secret_forms.h"

#include <algorithm>
#include <utility>

#include "domain/ascii.h"
#include "domain/base64.h"
#include "domain/hex.h"
#include "domain/secret.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

std::string in_hex(std::string_view bytes) {
  std::string digits;
  for (const char byte : bytes) append_hex(digits, static_cast<unsigned char>(byte), 2);
  return digits;
}

std::string in_upper_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return upper_case(c); });
  return text;
}

// RFC 3986, section 2.1.
std::string percent_encoded(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (is_letter_or_digit(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%' + in_upper_case(in_hex({&c, 1}));
    }
  }
  return out;
}

std::string from_hex(std::string_view digits) {
  const auto value = [](char c) { return is_digit(c) ? c - '0' : lower_case(c) - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    out += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
  }
  return out;
}

// Returns the bytes as list_form() has lists of them: "150,67,9"; with signs: "-106,67,9", as Java
// has them; as pairs of digits: "96,43,09".
std::vector<std::string> lists_of(std::string_view bytes) {
  std::string numbers, with_signs, pairs;
  for (const char byte : bytes) {
    for (std::string* list : {&numbers, &with_signs, &pairs}) {
      if (!list->empty()) *list += ',';
    }
    const auto number = static_cast<unsigned char>(byte);
    numbers += std::to_string(number);
    with_signs += std::to_string(static_cast<signed char>(number));
    append_hex(pairs, number, 2);
  }
  std::vector<std::string> lists{numbers, pairs};
  if (with_signs != numbers) lists.push_back(with_signs);
  return lists;
}

// Returns the size of the index that `text` begins with, as JSON has it before each item of a
// Uint8Array: 5 for "12": with its quotes; 0 if there is none.
std::size_t size_of_index(std::string_view text) {
  if (!text.starts_with('"')) return 0;
  const std::size_t end = text.find_first_not_of("0123456789", 1);
  if (end == std::string_view::npos || end == 1) return 0;
  return text.substr(end).starts_with("\":") ? end + 2 : 0;
}

// An escape at the beginning of a text: its size, 0 if there is none, and its byte.
struct Escape {
  std::size_t size = 0;
  unsigned char byte = 0;
};

// The digits of a number in base 16 or 8 after the first `skip` characters: all `count` of them for
// base 16, and up to as many for base 8.
Escape numeric_escape(std::string_view text, std::size_t skip, std::size_t count, unsigned base) {
  unsigned value = 0;
  std::size_t digits = 0;
  for (const char c : text.substr(std::min(skip, text.size()), count)) {
    if (base == 8 ? c < '0' || c > '7' : !is_hex_digit(c)) break;
    value = value * base + static_cast<unsigned>(is_digit(c) ? c - '0' : lower_case(c) - 'a' + 10);
    ++digits;
  }
  constexpr unsigned kMost = 0xff;
  if (digits == 0 || (base == 16 && digits < count) || value > kMost) return {};
  return {skip + digits, static_cast<unsigned char>(value)};
}

Escape escape_at(std::string_view text) {
  if (text.size() < 2 || text[0] != '\\') return {};
  constexpr std::string_view kNames = "abefnrtv";
  constexpr std::string_view kBytes = "\a\b\x1b\f\n\r\t\v";
  const char c = text[1];
  if (c == 'x') return numeric_escape(text, 2, 2, 16);
  if (c == 'u') return numeric_escape(text, 2, 4, 16);
  if (is_digit(c)) return numeric_escape(text, 1, 3, 8);
  const auto name = kNames.find(c);
  if (name != std::string_view::npos) return {2, static_cast<unsigned char>(kBytes[name])};
  return is_letter_or_digit(c) ? Escape{} : Escape{2, static_cast<unsigned char>(c)};
}

void add_forms(SecretForms& forms, std::string_view bytes) {
  const std::string hex = in_hex(bytes);
  for (std::string text : {std::string(bytes), percent_encoded(bytes), hex, in_upper_case(hex),
                           base64(bytes), in_url_alphabet(base64(bytes)), from_latin1(bytes)}) {
    forms.texts.push_back(std::move(text));
  }
  for (const std::size_t before : {0U, 1U, 2U}) {
    forms.texts.push_back(base64_after(before, bytes));
    forms.texts.push_back(in_url_alphabet(forms.texts.back()));
  }
  for (std::string& list : lists_of(bytes)) forms.lists.push_back(std::move(list));
}

void remove_repetitions(std::vector<std::string>& texts) {
  std::ranges::sort(texts);
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

}  // namespace

std::string in_url_alphabet(std::string base64) {
  std::ranges::replace(base64, '+', '-');
  std::ranges::replace(base64, '/', '_');
  return base64;
}

std::string base64_after(std::size_t before, std::string_view bytes) {
  const std::string text = base64(std::string(before, '\0') + std::string(bytes));
  const std::size_t begin = before == 0 ? 0 : before + 1;
  return text.substr(begin, (before + bytes.size()) * 8 / 6 - begin);
}

std::string unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Escape escape = escape_at(text);
    out += escape.size > 0 ? static_cast<char>(escape.byte) : text.front();
    text.remove_prefix(std::max<std::size_t>(escape.size, 1));
  }
  return out;
}

SecretForms secret_forms(std::string_view secret, std::size_t least) {
  if (secret.starts_with(kSecretPrefix) && secret.size() >= kSecretPrefix.size() + least) {
    secret.remove_prefix(kSecretPrefix.size());
  }
  SecretForms forms;
  if (secret.size() < least) return forms;
  add_forms(forms, secret);
  remove_repetitions(forms.texts);
  return forms;
}

SecretForms signature_forms(std::string_view digits) {
  SecretForms forms;
  add_forms(forms, from_hex(digits));
  add_forms(forms, digits);
  remove_repetitions(forms.texts);
  return forms;
}

std::string list_form(std::string_view text, std::vector<std::size_t>* places) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t key = size_of_index(text.substr(i));
    const bool separates = key > 0 || is_space(text[i]) || text[i] == ',' || text[i] == ':';
    if (!separates || !out.ends_with(',')) {
      out += separates ? ',' : lower_case(text[i]);
      if (places != nullptr) places->push_back(i);
    }
    i += std::max<std::size_t>(key, 1);
  }
  return out;
}

}  // namespace slotflow
