#include "api/control_clock.h"

#include <chrono>
#include <optional>
#include <string>

#include "api/emulator.h"
#include "api/json_body.h"
#include "domain/calendar_date.h"
#include "domain/duration.h"
#include "domain/error.h"
#include "domain/invalid_field.h"
#include "domain/json.h"
#include "domain/json_input.h"

namespace slotflow {

namespace {

// What is booked at that time must be a time that can be written, too.
Timestamp require_early(const std::string& field, Timestamp time) {
  constexpr Timestamp kEnd = std::chrono::sys_days(kLastYear / 1 / 1);
  if (time >= kEnd) throw_invalid(field, "a time before " + to_iso8601(kEnd), to_iso8601(time));
  return time;
}

struct ClockChange {
  std::optional<bool> freeze;
  std::optional<Timestamp> set;
  std::optional<Duration> advance;
};

ClockChange change_in(const Json& json) {
  const JsonInput body(json);
  ClockChange change;
  if (body.find("freeze") != nullptr) change.freeze = body.boolean("freeze");
  if (const auto text = body.optional_text("set")) {
    change.set = parse_iso8601(*text);
    if (!change.set) throw_invalid("set", "a time such as 2026-03-10T14:05:00Z", *text);
    require_early("set", *change.set);
  }
  if (const auto text = body.optional_text("advance")) {
    change.advance = parse_duration("advance", *text);
  }
  if (!change.freeze && !change.set && !change.advance) {
    throw Error(ErrorCode::validation_error,
                "body: expected freeze, set or advance, such as {\"advance\":\"65m\"}");
  }
  return change;
}

}  // namespace

WebResponse get_clock(Emulator& emulator, const WebRequest&) {
  const EmulatedClock& clock = emulator.resources().clock;
  return {200, to_line(Json{{"now", to_iso8601(clock.now())}, {"frozen", clock.is_frozen()}})};
}

WebResponse post_clock(Emulator& emulator, const WebRequest& request) {
  const ClockChange change = change_in(json_body(request));
  BackgroundDeliveries& deliveries = emulator.resources().deliveries;
  if (change.freeze) deliveries.freeze_clock(*change.freeze);
  if (change.set) deliveries.change_clock([&](Timestamp) { return *change.set; });
  if (change.advance) {
    deliveries.change_clock(
        [&](Timestamp now) { return require_early("advance", now + *change.advance); });
  }
  return get_clock(emulator, request);
}

}  // namespace slotflow
