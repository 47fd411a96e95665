#include <algorithm>
#include <filesystem>

#include "cli/commands/fire_options.h"
#include "cli/secret_words.h"
#include "domain/utf8.h"

namespace slotflow {

namespace {

DeliveryPlan plan_of(const FireOptions& options, const Delivery& delivery,
                     const RetryPolicy& retry) {
  DeliveryPlan plan;
  plan.retry = retry;
  plan.timeout = delivery.request.timeout;
  plan.signed_by = delivery.signed_by;
  plan.skew = delivery.signing.skew;
  plan.tamper = delivery.signing.tamper;
  for (const Header& header : delivery.request.headers) {
    // The plan is JSON, which is UTF-8.
    if (is_credential(header) || !is_utf8(header.value)) {
      plan.withheld.push_back(header.name);
    } else {
      plan.headers.push_back(header);
    }
  }
  plan.expected = options.expected_statuses.names();
  plan.tls = options.tls;
  if (!plan.tls.ca_file.empty()) {  // from another folder, it would be another file
    plan.tls.ca_file = std::filesystem::absolute(plan.tls.ca_file).string();
  }
  plan.label = delivery.label;
  plan.after_previous = delivery.after_previous;
  return plan;
}

}  // namespace

HistoryBatch history_batch(const FireOptions& options, const std::vector<EventMessage>& messages,
                           const std::vector<Lane>& lanes, const RetryPolicy& retry,
                           Timestamp now) {
  HistoryBatch batch{now, DeliverySource::fire, {}, {}};
  for (const EventMessage& message : messages) {
    batch.events.push_back({message.name, message.booking_id, message.body.str()});
  }
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    for (const Delivery& delivery : lanes[lane]) {
      const auto message = std::ranges::find(messages, delivery.event, &EventMessage::name);
      batch.deliveries.push_back({delivery.id, static_cast<std::size_t>(message - messages.begin()),
                                  lane, delivery.webhook_id, delivery.request.url.to_string(),
                                  plan_of(options, delivery, retry)});
    }
  }
  return batch;
}

}  // namespace slotflow
