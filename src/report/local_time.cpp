#include "report/local_time.h"

#include <chrono>
#include <cstdio>
#include <ctime>

namespace slotflow {

namespace {

// Returns +09:00. Before 1900, offsets had seconds, which ISO 8601 does not have.
std::string offset_text(std::chrono::seconds offset) {
  const bool behind = offset.count() < 0;
  const auto minutes = std::chrono::floor<std::chrono::minutes>(behind ? -offset : offset).count();
  char text[16];
  std::snprintf(text, sizeof text, "%c%02d:%02d", behind ? '-' : '+',
                static_cast<int>(minutes / 60) % 100, static_cast<int>(minutes % 60));
  return text;
}

// Returns how far local time is ahead of UTC at `t`, which changes with daylight saving time; 0 if
// the zone is unknown.
std::chrono::seconds local_offset(Timestamp t) {
  const auto since_1970 = static_cast<std::time_t>(unix_seconds(t));
  std::tm local{};
  if (::localtime_r(&since_1970, &local) == nullptr) return std::chrono::seconds(0);
  const std::chrono::sys_days day =
      std::chrono::year(local.tm_year + 1900) / (local.tm_mon + 1) / local.tm_mday;
  const auto shown = std::chrono::sys_seconds(day) + std::chrono::hours(local.tm_hour) +
                     std::chrono::minutes(local.tm_min) + std::chrono::seconds(local.tm_sec);
  return shown - std::chrono::sys_seconds(std::chrono::seconds(unix_seconds(t)));
}

// Returns the local time in the form of UTC: 2026-03-10T23:05:00.000Z.
std::string local_fields(Timestamp t) {
  return to_iso8601(t + local_offset(t));
}

}  // namespace

std::string local_time_of_day(Timestamp t) {
  return local_fields(t).substr(11, 8);
}

std::string local_minute(Timestamp t) {
  const std::string fields = local_fields(t);
  const std::chrono::seconds offset = local_offset(t);
  const std::string zone = offset.count() == 0 ? "UTC" : offset_text(offset);
  return fields.substr(0, 10) + ' ' + fields.substr(11, 5) + ' ' + zone;
}

std::string local_iso8601(Timestamp t) {
  return local_fields(t).substr(0, 19) + offset_text(local_offset(t));
}

}  // namespace slotflow
