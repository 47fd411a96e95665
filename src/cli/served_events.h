// The events of `serve`: kept in the history and delivered, also what an earlier run has left.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/booking_events.h"
#include "cli/history_recorder.h"
#include "cli/pending_warnings.h"
#include "domain/retry_policy.h"
#include "net/emulated_clock.h"
#include "send/background_deliveries.h"
#include "store/registry.h"

namespace slotflow {

class ServedEvents {
 public:
  struct Settings {
    std::string history;  // its path
    Lasting lasting;
    RetryPolicy retry;
    Organisation::NewId new_id;
  };

  // All references must outlive this object. Takes over the pending deliveries of an earlier run.
  // Throws Error{store_error} if the history cannot be used, and Interrupted.
  ServedEvents(Context& context, const Registry& registry, EmulatedClock& clock,
               DeliveryObserver& observer, PendingWarnings& warnings, Settings settings);

  BackgroundDeliveries& deliveries() { return *deliveries_; }
  BookingEvents& events() { return *events_; }

  // Resumes what an earlier run has left, with the secrets of the store, and returns how many
  // deliveries that is. Call it before there are new bookings, whose cancellations have to wait.
  std::size_t resume();

  // Makes no more deliveries, and waits until what was made is on the disk. Returns how many are
  // pending.
  std::size_t finish();

 private:
  // Also asks the store.
  struct Observer : DeliveryObserver {
    Observer(DeliveryObserver& next_one, const Registry& store) : next(next_one), registry(store) {}
    void planned(const Delivery& delivery) override { next.planned(delivery); }
    void attempted(const Attempt& attempt) override { next.attempted(attempt); }
    bool is_behind() const override { return next.is_behind(); }
    bool is_recorded(const Delivery& delivery) const override { return next.is_recorded(delivery); }
    std::uint64_t records() const override { return next.records(); }
    bool has_recorded(std::uint64_t first_ones) const override {
      return next.has_recorded(first_ones);
    }
    bool is_wanted(const Delivery& delivery) const override;

    DeliveryObserver& next;
    const Registry& registry;
  };

  const EmulatedClock& clock_;
  PendingWarnings& warnings_;
  HistoryRecorder history_;
  Observer observer_;
  ClaimedDeliveries claimed_;
  std::optional<BackgroundDeliveries> deliveries_;
  std::optional<BookingEvents> events_;
};

}  // namespace slotflow
