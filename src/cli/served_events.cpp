#include "cli/served_events.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/rebuilt_delivery.h"
#include "domain/error.h"
#include "report/phrases.h"
#include "system/descriptors.h"

namespace slotflow {

namespace {

constexpr std::size_t kMostInFlight = 1'000;  // the connections of clients need descriptors, too
constexpr std::size_t kRefusalsShown = 5;

SchedulerOptions scheduling_of(const HistoryRecorder& history) {
  SchedulerOptions options;
  options.max_in_flight = std::min(kMostInFlight, spare_connections());
  options.keeps_requests = history.wants_requests();
  return options;
}

}  // namespace

// A webhook that was deleted, by the API or by a command, gets no more attempts.
bool ServedEvents::Observer::is_wanted(const Delivery& delivery) const {
  try {
    const std::vector<Webhook> webhooks = registry.read().webhooks;
    const auto found = std::ranges::find(webhooks, delivery.webhook_id, &Webhook::id);
    return found != webhooks.end() && found->active;
  } catch (const Error&) {  // a store that cannot be read is not one without webhooks
    return true;
  }
}

ServedEvents::ServedEvents(Context& context, const Registry& registry, EmulatedClock& clock,
                           DeliveryObserver& observer, PendingWarnings& warnings, Settings settings)
    : clock_(clock),
      warnings_(warnings),
      history_(context, observer, false,
               {settings.history, settings.lasting,
                [&warnings](const std::string& text) { warnings.add(text); }}),
      observer_(history_, registry),
      claimed_(history_.claim(DeliverySource::serve)) {
  deliveries_.emplace(clock, scheduling_of(history_), observer_,
                      BackgroundDeliveries::Callbacks{
                          [this](const std::vector<std::string>& ids) { history_.ended(ids); },
                          [&warnings](const std::string& reason) {
                            warnings.add("no more events are delivered: " + reason);
                          }});
  events_.emplace(*deliveries_, BookingEvents::Settings{std::move(settings.retry), history_.owner(),
                                                        std::move(settings.new_id)});
}

std::size_t ServedEvents::resume() {
  const ClaimedDeliveries claimed = std::exchange(claimed_, {});
  if (claimed.damaged > 0) {
    warnings_.add(counted(claimed.damaged, "pending delivery is", "pending deliveries are") +
                  " damaged in the history, and cannot be made");
  }
  if (claimed.deliveries.empty()) return 0;
  const Unkept unkept{observer_.registry.read().webhooks};
  const Timestamp now = clock_.now();
  std::vector<Delivery> deliveries;
  std::vector<std::string> impossible;
  for (const auto& [details, lane] : claimed.deliveries) {
    try {
      Delivery delivery = rebuild(details, unkept);
      // The clock of the earlier run may have been ahead.
      const auto delay = delivery.terms->retry.delay_after(delivery.attempts_made);
      if (delivery.due && delay) delivery.due = std::min(*delivery.due, now + *delay);
      deliveries.push_back(std::move(delivery));
    } catch (const Error& error) {  // its webhook was deleted
      impossible.push_back(details.delivery.id);
      if (impossible.size() <= kRefusalsShown) warnings_.add(error.what());
    }
  }
  if (impossible.size() > kRefusalsShown) {
    warnings_.add("... and " + std::to_string(impossible.size() - kRefusalsShown) +
                  " more deliveries whose webhooks were deleted");
  }
  history_.ended(impossible);
  const std::size_t count = deliveries.size();
  deliveries_->submit(std::move(deliveries));
  return count;
}

std::size_t ServedEvents::finish() {
  const std::size_t pending = deliveries_->stop();
  history_.finish();
  return pending;
}

}  // namespace slotflow
