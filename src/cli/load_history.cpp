#include "cli/load_history.h"

#include <chrono>
#include <thread>
#include <utility>

#include "domain/event_identity.h"
#include "report/phrases.h"
#include "send/slotflow_request.h"
#include "system/entropy.h"

namespace slotflow {

namespace {

// One commit for many events: each costs processor time, of which the load test needs all.
constexpr std::chrono::milliseconds kGathering{500};
constexpr std::chrono::milliseconds kBeforeTryingAgain{200};

}  // namespace

std::size_t memory_of(const LoadedEvent& event) {
  constexpr std::size_t kHead = 1024;  // of the request
  return sizeof(LoadedEvent) + kHead + event.request.body.size() + memory_of(event.reply);
}

LoadHistory::LoadHistory(Context& context, HistoryBatch plan, const Lane& ones, bool keep_alive)
    : plan_(std::move(plan)),
      keep_alive_(keep_alive),
      recorder_(context, nobody_, false),
      queue_([this](std::span<const LoadedEvent> events) { return write(events); }, {},
             ItemQueue<LoadedEvent>::kCapacity, kGathering) {
  recorder_.hide_secrets_of({ones});
  recorder_.begin({plan_.at, plan_.source, {}, {}});
}

void LoadHistory::add(const LoadSample& sample, const Request& request, std::size_t endpoint) {
  const Timestamp at = began_ + std::chrono::floor<Timestamp::duration>(sample.started);
  queue_.push({endpoint, at, request, *sample.reply});
}

std::size_t LoadHistory::write(std::span<const LoadedEvent> events) {
  HistoryBatch batch{events.front().at, plan_.source, {}, {}};
  std::vector<Attempt> attempts;
  for (const LoadedEvent& event : events) {
    PlannedDelivery delivery = plan_.deliveries.at(event.endpoint);
    delivery.id = new_uuid();
    delivery.event = delivery.lane = batch.events.size();
    delivery.at = event.at;
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
  while (!recorder_.keep(batch, attempts)) {
    if (!recorder_.is_kept() || ends_) return 0;
    std::this_thread::sleep_for(kBeforeTryingAgain);
  }
  return events.size();
}

std::string LoadHistory::finish() {
  ends_ = true;
  queue_.close();
  recorder_.finish();
  const std::uint64_t missing = queue_.not_shown();
  if (missing == 0) return "";
  return counted(missing, "event is", "events are") +
         " missing from the history (--record): it could not be written, or not fast enough";
}

}  // namespace slotflow
