#include "api/booking_events.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "domain/booking.h"
#include "domain/booking_json.h"
#include "domain/history.h"
#include "domain/url.h"
#include "store/history_rows.h"
#include "store/state_rows.h"

namespace slotflow {

namespace {

Delivery delivery_to(const Webhook& webhook, Event event, const Booking& booking, const Body& body,
                     const RetryPolicy& retry) {
  Delivery delivery;
  delivery.webhook_id = webhook.id;
  delivery.event = info(event).name;
  delivery.label = delivery.event;
  delivery.booking_id = booking.id;
  delivery.signing.secret = webhook.signing_secret;
  delivery.signed_by = SignedBy::webhook;
  delivery.request.url = parse_url("the store", webhook.url);
  delivery.request.body = body;
  delivery.terms = std::make_shared<const DeliveryTerms>(DeliveryTerms{retry, {}});
  // A booking is confirmed first.
  delivery.after_previous = event == Event::booking_cancelled;
  return delivery;
}

PlannedDelivery planned(const Delivery& delivery, std::size_t lane) {
  DeliveryPlan plan;
  plan.retry = delivery.terms->retry;
  plan.timeout = delivery.request.timeout;
  plan.signed_by = delivery.signed_by;
  plan.label = delivery.label;
  plan.after_previous = delivery.after_previous;
  return {delivery.id,    0, lane, delivery.webhook_id, delivery.request.url.to_string(),
          std::move(plan)};
}

}  // namespace

BookingHooks BookingEvents::hooks(Event event, const std::vector<Webhook>& webhooks,
                                  Timestamp now) {
  std::vector<Webhook> subscribed;
  std::ranges::copy_if(webhooks, std::back_inserter(subscribed), [event](const Webhook& webhook) {
    return webhook.active && webhook.wants(event);
  });
  if (subscribed.empty()) return {};
  const auto begun = std::make_shared<std::vector<Delivery>>();
  BookingHooks hooks;
  hooks.in_transaction = [this, begun, event, now, subscribed = std::move(subscribed)](
                             const Database& database, const Booking& booking) {
    const Body body(payload_text(event, now, event_data(booking).dump()));
    HistoryBatch batch{now, DeliverySource::serve, {}, {}};
    batch.events.push_back({std::string(info(event).name), booking.id, body});
    begun->clear();
    for (const Webhook& webhook : subscribed) {
      Delivery delivery = delivery_to(webhook, event, booking, body, settings_.retry);
      delivery.id = unused_id(database, settings_.new_id);
      batch.deliveries.push_back(planned(delivery, begun->size()));
      begun->push_back(std::move(delivery));
    }
    insert_batch(database, batch, settings_.owner);
  };
  hooks.committed = [this, begun] { deliveries_.submit(std::move(*begun)); };
  return hooks;
}

}  // namespace slotflow
