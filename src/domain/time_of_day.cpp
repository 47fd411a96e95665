#include "domain/time_of_day.h"

#include "domain/ascii.h"
#include "domain/invalid_field.h"
#include "domain/number.h"

namespace slotflow {

std::optional<TimeOfDay> parse_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  if (!is_digits(text.substr(0, 2)) || !is_digits(text.substr(3))) return std::nullopt;
  const std::chrono::hours hours(to_number<int>(text.substr(0, 2)).value_or(0));
  const std::chrono::minutes minutes(to_number<int>(text.substr(3)).value_or(0));
  if (minutes >= std::chrono::hours(1) || hours + minutes > kEndOfDay) return std::nullopt;
  return hours + minutes;
}

std::string time_of_day_text(TimeOfDay time) {
  const auto two = [](std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
  };
  return two(time / std::chrono::hours(1)) + ':' + two(time.count() % 60);
}

TimeOfDay require_time_of_day(std::string_view field, std::string_view text) {
  if (const std::optional<TimeOfDay> time = parse_time_of_day(text)) return *time;
  throw_invalid(field, "a time of day from 00:00 to 24:00", text);
}

void require_order(std::string_view field, const DayPart& part) {
  if (part.end > part.start) return;
  throw_invalid(field, "a time after " + time_of_day_text(part.start) + " on the same day",
                time_of_day_text(part.end));
}

}  // namespace slotflow
