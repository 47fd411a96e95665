#include "api/slots.h"

#include <limits>

#include "api/query.h"
#include "api/responses.h"
#include "domain/slots.h"

namespace slotflow {

WebResponse list_slots(const WebRequest& request, ApiResources& resources) {
  const WebFields& query = request.query;
  const DateRange range =
      parse_date_range(required_field(query, "date_from"), required_field(query, "date_to"));
  required_field(query, "duration");
  // Which durations there are is for the rules of the human to say.
  constexpr int kMost = std::numeric_limits<int>::max();
  const auto duration = static_cast<int>(optional_number(query, "duration", 0, kMost).value_or(0));
  const std::string& id = request.parameter("id");
  const FreeSlots free = resources.organisation.slots(id, range, duration);
  Json slots = Json::array();
  for (const TimeSpan& slot : free.slots) {
    slots.push_back(Json{{"starts_at", to_iso8601(slot.start)}, {"ends_at", to_iso8601(slot.end)}});
  }
  const std::size_t total = slots.size();
  return json_response(200, Json{{"human_id", id},
                                 {"duration", duration},
                                 {"timezone", free.timezone},
                                 {"slots", std::move(slots)},
                                 {"total", total}});
}

}  // namespace slotflow
