// Deliveries of a history that the tests of its reports share.
#pragma once

#include "domain/history.h"
#include "unit/report/samples.h"

namespace slotflow::test {

inline DeliveryRecord sample_delivery() {
  DeliveryRecord delivery;
  delivery.id = "3f2a8c1e-9a4d-4c6b-8e2f-1a5d7c9b0e3f";
  delivery.event = "booking.confirmed";
  delivery.booking_id = "b9e4f2a1-3c5d-4e6f-8a9b-0c1d2e3f4a5b";
  delivery.webhook_id = "wh-1";
  delivery.url = "http://localhost:3000/hook";
  delivery.state = DeliveryState::delivered;
  delivery.attempts = 1;
  delivery.last_status = 200;
  delivery.created_at = sample_time();
  return delivery;
}

inline DeliveryDetails sample_details() {
  DeliveryDetails details;
  details.delivery = sample_delivery();
  details.payload = R"({"event":"booking.confirmed"})";
  AttemptRecord record{sample_attempt(200, "ok"), AttemptTrigger::resume, 1'773'151'500};
  record.attempt.request = RequestBytes{"POST /hook HTTP/1.1\r\nHost: localhost:3000\r\n\r\n", "",
                                        44 + details.payload.size()};
  record.attempt.reply.sent = record.attempt.request->size;
  details.attempts = {record};
  return details;
}

// A delivery, and an attempt, with hostile bytes wherever bytes can be.
inline DeliveryDetails hostile_details() {
  DeliveryDetails details = sample_details();
  const std::string hostile = hostile_text();
  DeliveryRecord& delivery = details.delivery;
  for (std::string* text : {&delivery.id, &delivery.event, &delivery.url}) *text = hostile;
  delivery.booking_id = delivery.webhook_id = delivery.last_error = delivery.resends = hostile;
  delivery.last_status.reset();
  details.payload = hostile;
  details.resent_as = {hostile};
  details.plan.label = hostile;
  Attempt& attempt = details.attempts[0].attempt;
  attempt.url = attempt.event = attempt.delivery_id = attempt.label = hostile;
  attempt.webhook_id = attempt.booking_id = hostile;
  attempt.reply.address = hostile;
  attempt.request->head =
      "POST /" + hostile + " HTTP/1.1\r\n" + hostile + ": " + hostile + "\r\n\r\n";
  attempt.reply.sent = attempt.request->size = attempt.request->head.size() + 9;
  auto& response = std::get<Response>(attempt.reply.result);
  response.reason = response.body = hostile;
  response.headers = {{hostile, hostile}};
  AttemptRecord second{sample_attempt(FailureKind::tls, hostile), {}, {}};
  details.attempts.push_back(second);
  return details;
}

}  // namespace slotflow::test
