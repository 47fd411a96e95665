#include "domain/calendar_date.h"

#include "domain/ascii.h"
#include "domain/invalid_field.h"
#include "domain/number.h"

namespace slotflow {

std::optional<Date> parse_date(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '0' ? !is_digit(text[i]) : text[i] != kForm[i]) return std::nullopt;
  }
  const auto part = [&](std::size_t begin, std::size_t size) {
    return to_number<unsigned>(text.substr(begin, size)).value_or(0);
  };
  const Date date(std::chrono::year(static_cast<int>(part(0, 4))), std::chrono::month(part(5, 2)),
                  std::chrono::day(part(8, 2)));
  if (!date.ok() || date.year() < kFirstYear || date.year() > kLastYear) return std::nullopt;
  return date;
}

std::string date_text(Date date) {
  const std::string year = std::to_string(static_cast<int>(date.year()));
  const auto two = [](unsigned number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  return std::string(4 - std::min<std::size_t>(year.size(), 4), '0') + year + '-' +
         two(static_cast<unsigned>(date.month())) + '-' + two(static_cast<unsigned>(date.day()));
}

Date require_date(std::string_view field, std::string_view text) {
  if (const std::optional<Date> date = parse_date(text)) return *date;
  throw_invalid(field, "a date such as 2026-03-16", text);
}

}  // namespace slotflow
