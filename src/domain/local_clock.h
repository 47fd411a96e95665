// What the clocks of a time zone show: dates and times of day without an offset.
#pragma once

#include <chrono>

namespace slotflow {

using Date = std::chrono::year_month_day;
using LocalTime = std::chrono::local_time<std::chrono::milliseconds>;

inline constexpr Date date_of(LocalTime t) {
  return Date(std::chrono::floor<std::chrono::days>(t));
}

}  // namespace slotflow
