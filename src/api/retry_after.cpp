#include "api/retry_after.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "domain/ascii.h"
#include "domain/number.h"
#include "domain/text.h"

namespace slotflow {

namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Parses "Sun, 06 Nov 1994 08:49:37 GMT", without looking at the day of the week.
std::optional<Timestamp> parse_http_date(std::string_view text) {
  constexpr std::size_t kSize = 29;
  if (text.size() != kSize || !text.ends_with(" GMT")) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t size) {
    return to_number<unsigned>(text.substr(at, size));
  };
  const auto month = std::ranges::find(kMonths, text.substr(8, 3));
  const auto day = number(5, 2);
  const auto year = number(12, 4);
  const auto hour = number(17, 2);
  const auto minute = number(20, 2);
  const auto second = number(23, 2);
  if (month == kMonths.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(static_cast<int>(*year)),
      std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(*day)};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  return Timestamp(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
         std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

}  // namespace

std::optional<Duration> parse_retry_after(const std::string& text, Timestamp now) {
  const std::string_view value = trimmed(std::string_view(text));
  if (is_digits(value)) {
    constexpr std::int64_t kMost = 1'000'000'000;
    const auto seconds = to_number<std::int64_t>(value);
    return std::chrono::seconds(std::min(seconds.value_or(kMost), kMost));
  }
  const auto date = parse_http_date(value);
  if (!date) return std::nullopt;
  return std::max(Duration(0), std::chrono::duration_cast<Duration>(*date - now));
}

}  // namespace slotflow
