#include "api/bookings.h"

#include <limits>
#include <optional>
#include <string>

#include "api/json_body.h"
#include "api/query.h"
#include "api/responses.h"
#include "domain/booking_json.h"
#include "domain/calendar_date.h"
#include "domain/error.h"
#include "domain/invalid_field.h"
#include "domain/json_fields.h"
#include "domain/json_input.h"
#include "domain/raw_json.h"
#include "domain/webhook_json.h"

namespace slotflow {

namespace {

constexpr std::int64_t kDefaultLimit = 50;
constexpr std::int64_t kMaxLimit = 100;

Timestamp start_in(const JsonInput& body) {
  const std::string text = body.text("starts_at");
  const auto start = parse_iso8601(text);
  if (!start) throw_invalid("starts_at", "a time such as 2026-03-10T14:00:00.000Z", text);
  return *start;
}

// Returns the object as it was written: its numbers may have any number of digits.
std::string metadata_in(const JsonInput& body, const std::string& written) {
  const Json* metadata = body.find("metadata");
  if (metadata == nullptr) return "{}";
  if (!metadata->is_object()) {
    throw Error(ErrorCode::validation_error,
                std::string("metadata: expected an object, got ") + json_type(metadata));
  }
  return std::string(last_value(json_fields(written), "metadata"));
}

// Returns the time in a field of the query: of a date, its start or its end, in UTC.
std::optional<Timestamp> time_in(const WebFields& query, const std::string& name, bool is_end) {
  const auto text = last_field(query, name);
  if (!text || text->empty()) return std::nullopt;
  if (const auto date = parse_date(*text)) {
    return Timestamp(std::chrono::sys_days(*date)) + std::chrono::days(is_end ? 1 : 0);
  }
  if (const auto time = parse_iso8601(*text)) {
    return *time + std::chrono::milliseconds(is_end ? 1 : 0);
  }
  throw_invalid(name, "a date such as 2026-03-16, or a time", *text);
}

BookingFilter filter_in(const WebFields& query) {
  BookingFilter filter;
  filter.human_id = last_field(query, "human_id");
  if (const auto status = last_field(query, "status"); status && !status->empty()) {
    filter.status = parse_booking_status(*status);
  }
  filter.from = time_in(query, "date_from", false);
  filter.before = time_in(query, "date_to", true);
  return filter;
}

}  // namespace

WebResponse create_booking(const WebRequest& request, ApiResources& resources) {
  const Json json = json_body(request);
  const JsonInput body(json);
  const NewBooking added{.human_id = body.text("human_id"),
                         .starts_at = start_in(body),
                         .duration = body.integer("duration"),
                         .attendee_name = body.text("attendee_name"),
                         .attendee_email = body.optional_text("attendee_email"),
                         .metadata = metadata_in(body, request.body)};
  const Timestamp now = resources.clock.now();
  const Snapshot store = resources.registry.read();
  const Booking booking = resources.organisation.book(
      added, resources.limits_of(store), now,
      resources.events.hooks(Event::booking_confirmed, store.webhooks, now));
  return {201, json_of(booking).dump()};
}

WebResponse list_bookings(const WebRequest& request, ApiResources& resources) {
  const WebFields& query = request.query;
  const BookingFilter filter = filter_in(query);
  const std::int64_t limit = optional_number(query, "limit", 1, kMaxLimit).value_or(kDefaultLimit);
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  const std::int64_t offset = optional_number(query, "offset", 0, kMost).value_or(0);
  const BookingPage page = resources.organisation.bookings(filter, limit, offset);
  RawJson bookings;
  bookings.kind = RawJson::Kind::array;
  for (const Booking& booking : page.bookings) bookings.children.push_back(json_of(booking));
  RawJson list = RawJson::object();
  list["bookings"].assign(std::move(bookings));
  list["total"].assign(raw_json(page.total));
  list["limit"].assign(raw_json(limit));
  list["offset"].assign(raw_json(offset));
  return {200, list.dump()};
}

WebResponse cancel_booking(const WebRequest& request, ApiResources& resources) {
  const Booking booking = resources.organisation.cancel(
      request.parameter("id"),
      resources.events.hooks(Event::booking_cancelled, resources.registry.read().webhooks,
                             resources.clock.now()));
  return json_response(200, Json{{"id", booking.id}, {"status", to_string(booking.status)}});
}

}  // namespace slotflow
