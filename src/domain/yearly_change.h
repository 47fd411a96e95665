// The changes to and from daylight saving time that a zone makes in each year: the TZ string of
// POSIX.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include "domain/zone_change.h"

namespace slotflow {

// A day of each year, and a time on it.
struct YearlyTime {
  enum class Kind { weekday_of_month, day_without_leap_day, day_with_leap_day };
  Kind kind = Kind::weekday_of_month;
  unsigned month = 1;       // 1 to 12
  unsigned week = 1;        // 1 to 5; 5 is the last one
  unsigned weekday = 0;     // 0 is Sunday
  int day = 0;              // of the year, from 0, for the other kinds
  std::chrono::seconds at;  // since midnight; may be negative or more than a day
};

struct YearlyChange {
  struct Daylight {
    std::chrono::seconds offset;
    YearlyTime begin;
    YearlyTime end;
  };
  std::chrono::seconds standard;     // local time minus UTC
  std::optional<Daylight> daylight;  // nullopt: standard time all year

  // Returns the changes of a year, in the order of time. Must not be called without `daylight`.
  std::array<ZoneChange, 2> in(std::chrono::year year) const;
};

// Parses the form that the files of time zones end with (RFC 9636, section 3.3.1), such as
// EST5EDT,M3.2.0,M11.1.0.
std::optional<YearlyChange> parse_yearly_change(std::string_view text);

}  // namespace slotflow
