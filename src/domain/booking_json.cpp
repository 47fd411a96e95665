#include "domain/booking_json.h"

#include <utility>

#include "domain/schedule_json.h"

namespace slotflow {
namespace {

Json text_or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json();
}

}  // namespace

Json json_of(const Human& human) {
  return Json{{"id", human.id},
              {"name", human.name},
              {"email", text_or_null(human.email)},
              {"role", text_or_null(human.role)},
              {"timezone", human.timezone},
              {"active", human.active},
              {"created_at", to_iso8601(human.created_at)}};
}

Json json_with_availability(const Human& human) {
  Json json = json_of(human);
  const auto& rules = human.availability_rules;
  json["availability_rules"] = rules ? json_of(*rules) : Json();
  return json;
}

RawJson event_data(const Booking& booking) {
  RawJson json = raw_json(Json{{"id", booking.id},
                               {"human_id", booking.human_id},
                               {"starts_at", to_iso8601(booking.starts_at)},
                               {"ends_at", to_iso8601(booking.ends_at())},
                               {"duration_minutes", booking.duration.count()},
                               {"attendee_name", booking.attendee_name},
                               {"attendee_email", text_or_null(booking.attendee_email)},
                               {"status", to_string(booking.status)},
                               {"metadata", Json::object()}});
  auto metadata = parse_raw_json(booking.metadata);
  if (auto* value = std::get_if<RawJson>(&metadata)) json["metadata"].assign(std::move(*value));
  return json;
}

RawJson json_of(const Booking& booking) {
  RawJson json = event_data(booking);
  json["created_at"].assign(RawJson::string(to_iso8601(booking.created_at)));
  return json;
}

}  // namespace slotflow
