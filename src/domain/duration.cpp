#include "domain/duration.h"

#include <array>
#include <cstdint>
#include <optional>

#include "domain/ascii.h"
#include "domain/expected.h"
#include "domain/suggestion.h"
#include "domain/text.h"

namespace slotflow {
namespace {

constexpr auto kLongest = static_cast<std::uint64_t>(kLongestDuration.count());
constexpr std::uint64_t kTooLong = kLongest + 1;

struct Unit {
  std::string_view name;
  std::uint64_t milliseconds;
};
// "ms" precedes its prefix "m".
constexpr std::array<Unit, 5> kUnits{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

// A decimal number; `billionths` is its fraction. Numbers too large for any unit become kTooLong.
struct Number {
  std::uint64_t whole = 0;
  std::uint64_t billionths = 0;
};

std::optional<Number> take_number(std::string_view& text) {
  Number number;
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  while (!text.empty() && is_digit(text.front())) {
    number.whole = number.whole * 10 + static_cast<std::uint64_t>(text.front() - '0');
    if (number.whole > kTooLong) number.whole = kTooLong;
    text.remove_prefix(1);
  }
  if (text.empty() || text.front() != '.') return number;
  text.remove_prefix(1);
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  std::uint64_t place = 1'000'000'000;
  while (!text.empty() && is_digit(text.front())) {
    place /= 10;
    if (place == 0) return std::nullopt;
    number.billionths += static_cast<std::uint64_t>(text.front() - '0') * place;
    text.remove_prefix(1);
  }
  return number;
}

// Rounds up to whole milliseconds, so that only zero becomes zero.
std::uint64_t in_milliseconds(const Number& number, const Unit& unit) {
  if (number.whole > kLongest / unit.milliseconds) return kTooLong;
  const std::uint64_t part = (number.billionths * unit.milliseconds + 999'999'999) / 1'000'000'000;
  return number.whole * unit.milliseconds + part;
}

// Returns nullopt if `text` is not a duration, and more than kLongest if it is too long.
std::optional<std::uint64_t> read_magnitude(std::string_view text) {
  std::uint64_t sum = 0;
  std::array<bool, kUnits.size()> seen{};
  bool first = true;
  do {
    const std::optional<Number> number = take_number(text);
    if (!number) return std::nullopt;
    std::size_t unit = 0;
    while (unit < kUnits.size() && !text.starts_with(kUnits[unit].name)) ++unit;
    if (unit == kUnits.size()) {
      const bool bare_seconds = first && text.empty();
      return bare_seconds ? std::optional(in_milliseconds(*number, kUnits[1])) : std::nullopt;
    }
    if (seen[unit]) return std::nullopt;
    seen[unit] = true;
    text.remove_prefix(kUnits[unit].name.size());
    sum += in_milliseconds(*number, kUnits[unit]);
    first = false;
  } while (!text.empty());
  return sum;
}

// Returns `text` if it is a duration, else the one that was probably meant, or "".
std::string meant(std::string_view text) {
  if (read_magnitude(text)) return std::string(text);
  std::string suggestion = suggested_duration(text);
  return read_magnitude(suggestion) ? suggestion : "";
}

std::string meant_with_sign(std::string_view text) {
  const std::string suggestion = suggested_duration(text);
  const bool has_sign = suggestion.starts_with('-') || suggestion.starts_with('+');
  return read_magnitude(std::string_view(suggestion).substr(has_sign ? 1 : 0)) ? suggestion : "";
}

// As meant(), for a range: also for "1s-5s" and "1s to 5s".
std::string meant_range(std::string_view text) {
  for (const std::string_view separator : {"..", "-", "to"}) {
    const std::size_t place = text.find(separator);
    if (place == std::string_view::npos) continue;
    const std::string min = meant(text.substr(0, place));
    const std::string max = meant(text.substr(place + separator.size()));
    return min.empty() || max.empty() ? "" : min + ".." + max;
  }
  return meant(text);
}

std::string meant_list(std::string_view text) {
  std::string list;
  for (const std::string_view item : split(text, ',')) {
    const std::string duration = meant(item);
    if (duration.empty()) return "";
    list += (list.empty() ? "" : ",") + duration;
  }
  return list;
}

using Meant = std::string (*)(std::string_view whole);

// `whole` is the argument that `text` is a part of; errors show all of it.
Duration read_part(std::string_view option, std::string_view expected, std::string_view text,
                   std::string_view whole, Meant meant_by) {
  const std::optional<std::uint64_t> magnitude = read_magnitude(text);
  if (!magnitude) throw_expected(option, expected, whole, did_you_mean(meant_by(whole)));
  if (*magnitude > kLongest) throw_expected(option, "at most 87600h (10 years)", whole);
  return Duration(static_cast<Duration::rep>(*magnitude));
}

}  // namespace

Duration parse_duration(std::string_view option, std::string_view text, bool allow_negative) {
  std::string_view digits = text;
  const bool has_sign = allow_negative && (text.starts_with('-') || text.starts_with('+'));
  if (has_sign) digits.remove_prefix(1);
  const Duration magnitude = read_part(option,
                                       allow_negative ? "a duration such as -10m, 10s or 1h30m"
                                                      : "a duration such as 250ms, 10s or 1h30m",
                                       digits, text, allow_negative ? meant_with_sign : meant);
  return has_sign && text.front() == '-' ? -magnitude : magnitude;
}

Duration parse_positive_duration(std::string_view option, std::string_view text) {
  const Duration duration = parse_duration(option, text);
  if (duration == Duration::zero()) throw_expected(option, "a duration above 0", text);
  return duration;
}

DurationRange parse_duration_range(std::string_view option, std::string_view text) {
  constexpr std::string_view kExpected = "a duration such as 10s, or a range such as 1s..5s";
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    const Duration only = read_part(option, kExpected, text, text, meant_range);
    return {only, only};
  }
  const DurationRange range{read_part(option, kExpected, text.substr(0, dots), text, meant_range),
                            read_part(option, kExpected, text.substr(dots + 2), text, meant_range)};
  if (range.max < range.min)
    throw_expected(option, "a range with its shorter duration first", text);
  return range;
}

std::vector<Duration> parse_duration_list(std::string_view option, std::string_view text) {
  std::vector<Duration> durations;
  for (const std::string_view item : split(text, ',')) {
    durations.push_back(read_part(option, "durations such as 5m,60m", item, text, meant_list));
  }
  return durations;
}

std::string to_string(Duration d) {
  if (d == Duration::zero()) return "0s";
  std::string out = d < Duration::zero() ? "-" : "";
  // Negated as an unsigned number: the smallest duration has no positive counterpart.
  std::uint64_t rest = static_cast<std::uint64_t>(d.count());
  if (d < Duration::zero()) rest = 0 - rest;
  if (rest >= 3'600'000) out += std::to_string(rest / 3'600'000) + "h";
  rest %= 3'600'000;
  if (rest >= 60'000) out += std::to_string(rest / 60'000) + "m";
  rest %= 60'000;
  if (rest == 0) return out;
  if (rest < 1'000) return out + std::to_string(rest) + "ms";
  std::string seconds = std::to_string(rest / 1'000);
  if (rest % 1'000 != 0) {
    std::string fraction = std::to_string(1'000 + rest % 1'000).replace(0, 1, ".");
    seconds += fraction.substr(0, fraction.find_last_not_of('0') + 1);
  }
  return out + seconds + "s";
}

std::string in_words(Duration d) {
  constexpr std::chrono::hours kDay(24);
  return d < 2 * kDay ? to_string(d) : std::to_string(d / kDay) + " days";
}

}  // namespace slotflow
