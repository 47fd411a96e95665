#include "domain/base64.h"
#include "domain/json.h"
#include "domain/utf8.h"
#include "report/deliveries.h"
#include "report/history.h"
#include "report/json_parts.h"
#include "report/output.h"

namespace slotflow {

namespace {

Json json_of_delivery(const DeliveryRecord& delivery) {
  Json json = Json::object();
  json["type"] = "delivery";
  json["id"] = delivery.id;
  json["event"] = delivery.event;
  json["booking_id"] = or_null(delivery.booking_id);
  json["webhook_id"] = or_null(delivery.webhook_id);
  json["url"] = delivery.url;
  json["state"] = to_string(delivery.state);
  json["attempts"] = delivery.attempts;
  json["last_status"] = delivery.last_status ? Json(*delivery.last_status) : Json(nullptr);
  json["last_error"] = or_null(delivery.last_error);
  json["created_at"] = to_iso8601(delivery.created_at);
  json["next_attempt_at"] =
      delivery.next_attempt_at ? Json(to_iso8601(*delivery.next_attempt_at)) : Json(nullptr);
  json["source"] = to_string(delivery.source);
  json["resends"] = or_null(delivery.resends);
  return json;
}

}  // namespace

std::string json_of(const DeliveryListing& listing) {
  std::string lines;
  for (const DeliveryRecord& delivery : listing.deliveries) {
    lines += json_line(json_of_delivery(delivery));
  }
  return lines;
}

std::string json_of(const ResendPreview& preview) {
  std::string lines;
  for (std::size_t i = 0; i < preview.listing.deliveries.size(); ++i) {
    Json json = json_of_delivery(preview.listing.deliveries[i]);
    json["resend_url"] = preview.urls[i];
    json["payload_changed"] = preview.has_another_payload;
    lines += json_line(json);
  }
  return lines;
}

std::string json_of(const DeliveryDetails& details) {
  Json json = json_of_delivery(details.delivery);
  const bool is_text = is_utf8(details.payload);
  json["payload"] = is_text ? Json(details.payload.str()) : Json(nullptr);
  json["payload_base64"] = is_text ? Json(nullptr) : Json(base64(details.payload));
  json["resent_as"] = details.resent_as;
  std::string lines = json_line(json);
  for (const AttemptRecord& record : details.attempts) lines += json_of(record);
  return lines;
}

}  // namespace slotflow
