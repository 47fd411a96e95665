#include "report/phrases.h"

#include <array>
#include <cmath>

#include "report/escape.h"
#include "report/local_time.h"

namespace slotflow {

namespace {

constexpr std::size_t kMaxName = 100;  // characters: a longer name would fill the screen

std::string attendee_text(const Json& booking, bool with_email) {
  const std::string* name = find_string(booking, "attendee_name");
  const std::string* email = with_email ? find_string(booking, "attendee_email") : nullptr;
  std::string text = name != nullptr ? safe_excerpt(*name, kMaxName) : "";
  if (email == nullptr) return text;
  return text + (text.empty() ? "<" : " <") + safe_excerpt(*email, kMaxName) + '>';
}

std::string start_text(const Json& booking) {
  const std::string* starts_at = find_string(booking, "starts_at");
  if (starts_at == nullptr) return {};
  const auto parsed = parse_iso8601(*starts_at);
  return parsed ? local_minute(*parsed) : safe_excerpt(*starts_at, kMaxName);
}

std::string minutes_text(const Json& booking) {
  const Json* minutes = find_field(booking, "duration_minutes");
  if (minutes == nullptr || !minutes->is_number()) return {};
  if (minutes->is_number_float() && !std::isfinite(minutes->get<double>())) return {};
  return safe_excerpt(to_line(*minutes), kMaxName) + " min";
}

}  // namespace

std::string counted(std::uint64_t n, std::string_view one, std::string_view many) {
  return std::to_string(n).append(" ").append(n == 1 ? one : many);
}

std::string with_tenths(std::int64_t tenths) {
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10);
}

std::string elapsed_text(std::chrono::microseconds elapsed) {
  const std::int64_t us = elapsed.count();
  if (us < 999'950) return with_tenths((us + 50) / 100) + " ms";
  return with_tenths((us + 50'000) / 100'000) + " s";
}

std::string booking_phrase(const Json& payload, bool with_email) {
  const Json* booking = find_field(payload, "data");
  if (booking == nullptr) return {};
  std::string text;
  for (const std::string& part : std::array{attendee_text(*booking, with_email),
                                            start_text(*booking), minutes_text(*booking)}) {
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  }
  return text;
}

}  // namespace slotflow
