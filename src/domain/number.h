// Numbers from text.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>
#include <system_error>

namespace slotflow {

// Returns the number that `text` stands for; nullopt if anything is before or after it, or if it is
// outside the range of the type.
template <std::floating_point Number>
std::optional<Number> to_number(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

// As above. `base` is 2 to 36.
template <std::integral Number>
std::optional<Number> to_number(std::string_view text, int base = 10) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

// Returns a number from 0 to 1; nullopt if `text` is not one.
inline std::optional<double> to_probability(std::string_view text) {
  const auto number = to_number<double>(text);
  const bool in_range = number && *number >= 0 && *number <= 1;  // false for a NaN
  return in_range ? number : std::nullopt;
}

}  // namespace slotflow
