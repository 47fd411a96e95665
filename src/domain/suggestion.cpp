#include "domain/suggestion.h"

#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "domain/ascii.h"
#include "domain/number.h"
#include "domain/quote.h"

namespace slotflow {

namespace {

// Returns `text` in lower case, without spaces, and with "." as decimal point.
std::string plain(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (!is_space(c)) result += c == ',' ? '.' : lower_case(c);
  }
  return result;
}

// Takes a number with an optional fraction from the start of `text`.
std::string_view take_digits(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

std::string_view take_word(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && !is_digit(text[end]) && text[end] != '.') ++end;
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

// Returns "ms", "s", "m", "h" or "d"; "" for another word.
std::string_view unit_of(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 24> kWords{{
      {"ms", "ms"},
      {"msec", "ms"},
      {"msecs", "ms"},
      {"millis", "ms"},
      {"millisecond", "ms"},
      {"milliseconds", "ms"},
      {"s", "s"},
      {"sec", "s"},
      {"secs", "s"},
      {"second", "s"},
      {"seconds", "s"},
      {"m", "m"},
      {"min", "m"},
      {"mins", "m"},
      {"minute", "m"},
      {"minutes", "m"},
      {"h", "h"},
      {"hr", "h"},
      {"hrs", "h"},
      {"hour", "h"},
      {"hours", "h"},
      {"d", "d"},
      {"day", "d"},
      {"days", "d"},
  }};
  for (const auto& [name, unit] : kWords) {
    if (word == name) return unit;
  }
  return "";
}

// Returns the unit of a number without one that follows a number in `unit`: 1m30 is 1m30s.
std::string_view next_smaller(std::string_view unit) {
  if (unit == "d") return "h";
  if (unit == "h") return "m";
  if (unit == "m") return "s";
  return "";
}

std::string short_number(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", number);
  return text.data();
}

}  // namespace

std::string suggested_duration(std::string_view text) {
  const std::string written = plain(text);
  std::string_view rest = written;
  std::string result;
  if (rest.starts_with('-') || rest.starts_with('+')) {
    result += rest.front();
    rest.remove_prefix(1);
  }
  std::string_view before;  // the unit of the number before this one
  while (!rest.empty()) {
    std::string digits(take_digits(rest));
    if (digits.starts_with('.')) digits.insert(0, "0");
    const std::string_view word = take_word(rest);
    std::string_view unit = unit_of(word);
    if (word.empty()) unit = next_smaller(before);
    const auto number = to_number<double>(digits);
    if (number && word.empty() && before.empty())
      return result + digits == text ? "" : result + digits;
    if (!number || unit.empty()) return "";
    result.append(digits).append(unit);
    before = unit;
  }
  return result == text ? "" : result;
}

std::string suggested_probability(std::string_view text) {
  std::string written = plain(text);
  const bool percent = written.ends_with('%');
  if (percent) written.pop_back();
  const auto number = to_number<double>(written);
  if (!number || !(*number >= 0) || *number > 100) return "";
  // Without a percent sign, 1.5 may as well be a slip, and 2 a number of times.
  constexpr double kFewestPercent = 10;
  const bool is_percent = percent || (*number >= kFewestPercent && is_digits(written));
  if (*number > 1 && !is_percent) return "";
  const bool hundredth = percent || *number > 1;
  const std::string result = short_number(hundredth ? *number / 100 : *number);
  return result == text ? "" : result;
}

std::string suggested_size(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kSizeUnits{{
      {"", ""},
      {"b", "B"},
      {"byte", "B"},
      {"bytes", "B"},
      {"k", "KiB"},
      {"kb", "KB"},
      {"kib", "KiB"},
      {"m", "MiB"},
      {"mb", "MB"},
      {"mib", "MiB"},
      {"g", "GiB"},
      {"gb", "GB"},
      {"gib", "GiB"},
      {"ki", "KiB"},
      {"mi", "MiB"},
  }};
  const std::string written = plain(text);
  std::string_view rest = written;
  const std::string_view digits = take_digits(rest);
  if (!is_digits(digits)) return "";
  for (const auto& [name, unit] : kSizeUnits) {
    if (rest != name) continue;
    const std::string result = std::string(digits).append(unit);
    return result == text ? "" : result;
  }
  return "";
}

std::string did_you_mean(std::string_view suggestion) {
  return suggestion.empty() ? "" : "did you mean " + in_quotes(suggestion) + "?";
}

}  // namespace slotflow
