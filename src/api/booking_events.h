// The events of bookings: kept in the booking's transaction, then delivered in the background.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "domain/event.h"
#include "domain/retry_policy.h"
#include "domain/timestamp.h"
#include "domain/webhook.h"
#include "send/background_deliveries.h"
#include "store/organisation.h"

namespace slotflow {

// Thread-safe.
class BookingEvents {
 public:
  struct Settings {
    RetryPolicy retry;
    std::string owner;           // of the deliveries in the history, see HistoryWriter::owner()
    Organisation::NewId new_id;  // of deliveries; called in the transaction of a booking
  };

  // `deliveries` must outlive this object.
  BookingEvents(BackgroundDeliveries& deliveries, Settings settings)
      : deliveries_(deliveries), settings_(std::move(settings)) {}

  // Returns what makes a change of a booking an event for those of `webhooks` that want it. For one
  // change.
  BookingHooks hooks(Event event, const std::vector<Webhook>& webhooks, Timestamp now);

 private:
  BackgroundDeliveries& deliveries_;
  const Settings settings_;
};

}  // namespace slotflow
