#include "domain/timestamp.h"

#include <algorithm>

#include "domain/ascii.h"
#include "domain/expected.h"
#include "domain/number.h"

namespace slotflow {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// The years that four digits can name.
constexpr Timestamp kFirst = std::chrono::sys_days(std::chrono::year{1} / 1 / 1);
constexpr Timestamp kEnd = std::chrono::sys_days(std::chrono::year{10'000} / 1 / 1);

struct Civil {
  std::chrono::year_month_day date;
  std::chrono::hh_mm_ss<milliseconds> time;
};

Civil civil(Timestamp t) {
  const auto day = std::chrono::floor<days>(t);
  return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss<milliseconds>(t - day)};
}

// Consumes the text from its start. If something is missing, `ok` becomes and stays false.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  bool at_digit() const { return !rest.empty() && is_digit(rest.front()); }

  int digits(int count) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
      ok = ok && at_digit();
      if (!ok) return 0;
      value = value * 10 + (rest.front() - '0');
      rest.remove_prefix(1);
    }
    return value;
  }

  bool skip(std::string_view any_of) {
    if (rest.empty() || any_of.find(rest.front()) == std::string_view::npos) return false;
    rest.remove_prefix(1);
    return true;
  }

  void need(std::string_view any_of) { ok = skip(any_of) && ok; }
};

// Ignores digits after the third, so that the result is never later than the text says.
milliseconds scan_fraction(Scanner& in) {
  int value = 0;
  int place = 100;
  in.ok = in.ok && in.at_digit();
  while (in.at_digit()) {
    value += in.digits(1) * place;
    place /= 10;
  }
  return milliseconds(value);
}

minutes scan_offset(Scanner& in) {
  if (in.skip("Zz")) return minutes(0);
  const bool behind = in.rest.starts_with('-');
  in.need("+-");
  const int hour = in.digits(2);
  in.need(":");
  const int minute = in.digits(2);
  in.ok = in.ok && hour < 24 && minute < 60;
  const minutes offset = hours(hour) + minutes(minute);
  return behind ? -offset : offset;
}

// Writes the last `count` digits of `value` over those at `position`.
void put(Iso8601Text& text, std::size_t position, std::size_t count, unsigned value) {
  for (std::size_t i = count; i > 0; --i, value /= 10) {
    text[position + i - 1] = static_cast<char>('0' + value % 10);
  }
}

}  // namespace

std::string to_iso8601(Timestamp t) {
  const Iso8601Text text = iso8601_text(t);
  return {text.begin(), text.end()};
}

Iso8601Text iso8601_text(Timestamp t) {
  const Civil c = civil(t);
  const auto number = [](auto value) { return static_cast<unsigned>(value); };
  Iso8601Text text;
  std::string_view("0000-00-00T00:00:00.000Z").copy(text.data(), text.size());
  put(text, 0, 4, number(static_cast<int>(c.date.year())));
  put(text, 5, 2, number(c.date.month()));
  put(text, 8, 2, number(c.date.day()));
  put(text, 11, 2, number(c.time.hours().count()));
  put(text, 14, 2, number(c.time.minutes().count()));
  put(text, 17, 2, number(c.time.seconds().count()));
  put(text, 20, 3, number(c.time.subseconds().count()));
  return text;
}

std::optional<Timestamp> parse_iso8601(std::string_view text) {
  Scanner in{text};
  const std::chrono::year year(in.digits(4));
  in.need("-");
  const std::chrono::month month(static_cast<unsigned>(in.digits(2)));
  in.need("-");
  const std::chrono::day day(static_cast<unsigned>(in.digits(2)));
  // RFC 3339, section 5.6: a space and lower-case letters are allowed, too.
  in.need("Tt ");
  const int hour = in.digits(2);
  in.need(":");
  const int minute = in.digits(2);
  int second = 0;
  milliseconds fraction(0);
  if (in.skip(":")) {
    second = in.digits(2);
    if (in.skip(".")) fraction = scan_fraction(in);
  }
  const minutes offset = scan_offset(in);
  const std::chrono::year_month_day date(year, month, day);
  if (!in.ok || !in.rest.empty() || !date.ok()) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const Timestamp t = std::chrono::sys_days(date) + hours(hour) + minutes(minute) +
                      seconds(second) + fraction - offset;
  if (t < kFirst || t >= kEnd) return std::nullopt;
  return t;
}

Timestamp parse_time_argument(std::string_view option, std::string_view text) {
  if (const std::optional<Timestamp> t = parse_iso8601(text)) return *t;
  std::string hint;
  if (is_digits(text)) {
    const auto since_1970 = to_number<std::int64_t>(text);
    if (since_1970 && *since_1970 < unix_seconds(kEnd)) return from_unix_seconds(*since_1970);
    hint = "Unix time is in seconds, not in milliseconds";
  }
  throw_expected(option, "a time such as 2026-03-10T14:05:00Z or 1773151500", text, hint);
}

std::int64_t unix_seconds(Timestamp t) {
  return std::chrono::floor<seconds>(t).time_since_epoch().count();
}

Timestamp from_unix_seconds(std::int64_t since_1970) {
  // Numbers from the network can have any size, and must fit the type.
  return Timestamp(seconds(std::clamp(since_1970, unix_seconds(kFirst), unix_seconds(kEnd) - 1)));
}

}  // namespace slotflow
