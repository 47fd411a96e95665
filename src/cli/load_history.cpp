#include "cli/load_history.h"

#include <chrono>
#include <utility>

#include "domain/event_identity.h"
#include "report/phrases.h"
#include "send/slotflow_request.h"
#include "system/entropy.h"

namespace slotflow {

std::size_t memory_of(const LoadedEvent& event) {
  constexpr std::size_t kHead = 1024;  // of the request
  return sizeof(LoadedEvent) + kHead + event.request.body.size() + memory_of(event.reply);
}

LoadHistory::LoadHistory(Context& context, HistoryBatch plan, const Lane& ones, bool keep_alive)
    : plan_(std::move(plan)),
      keep_alive_(keep_alive),
      recorder_(context, nobody_, false),
      queue_([this](std::span<const LoadedEvent> events) { return write(events); }) {
  recorder_.hide_secrets_of({ones});
  recorder_.begin({plan_.at, plan_.source, {}, {}});
}

void LoadHistory::add(const LoadSample& sample, const Request& request, std::size_t endpoint) {
  if (!recorder_.is_kept()) return;
  const Timestamp at = began_ + std::chrono::floor<Timestamp::duration>(sample.started);
  queue_.push({endpoint, at, request, *sample.reply});
}

std::size_t LoadHistory::write(std::span<const LoadedEvent> events) {
  HistoryBatch batch{events.front().at, plan_.source, {}, {}};
  std::vector<Attempt> attempts;
  for (const LoadedEvent& event : events) {
    PlannedDelivery delivery = plan_.deliveries.at(event.endpoint);
    delivery.id = new_uuid();
    delivery.event = batch.events.size();
    Attempt attempt;
    attempt.delivery_id = delivery.id;
    attempt.at = event.at;
    attempt.reply = event.reply;
    attempt.outcome = event.reply.delivered() ? Outcome::delivered : Outcome::failed;
    attempt.request = request_bytes(event.request, keep_alive_);
    batch.events.push_back({plan_.events.front().name, identity_in(event.request.body).booking_id,
                            event.request.body});
    batch.deliveries.push_back(std::move(delivery));
    attempts.push_back(std::move(attempt));
  }
  return recorder_.keep(std::move(batch), std::move(attempts)) ? events.size() : 0;
}

std::string LoadHistory::finish() {
  queue_.close();
  const bool was_kept = recorder_.is_kept();
  recorder_.finish();
  const std::uint64_t missing = queue_.not_shown();
  if (missing == 0 || !was_kept) return "";
  return counted(missing, "event is", "events are") +
         " missing in the history (--record): the disk was not fast enough";
}

}  // namespace slotflow
