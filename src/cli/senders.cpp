#include "cli/senders.h"

#include <exception>

#include "system/descriptors.h"

namespace slotflow {

namespace {

void add(DeliveryResult& sum, DeliveryResult result) {
  const DeliverySummary& summary = result.summary;
  sum.summary.deliveries += summary.deliveries;
  sum.summary.delivered += summary.delivered;
  sum.summary.failed += summary.failed;
  sum.summary.unfinished += summary.unfinished;
  sum.summary.attempts += summary.attempts;
  sum.summary.expected += summary.expected;
  sum.summary.rejected += summary.rejected;
  for (std::string& url : result.unfinished) sum.unfinished.push_back(std::move(url));
}

SchedulerOptions scheduler_options() {
  SchedulerOptions options;
  options.max_in_flight = spare_connections();
  options.keeps_requests = true;  // for the history
  return options;
}

}  // namespace

Senders::One::One(EventLoop& loop, Clock& clock, DeliveryObserver& observer, const TlsOptions& tls)
    : client(loop, tls), scheduler(loop, client, clock, scheduler_options(), observer) {}

Senders::Senders(EventLoop& loop, Clock& clock, DeliveryObserver& observer)
    : loop_(loop), clock_(clock), observer_(observer) {}

void Senders::submit(const TlsOptions& tls, Lane lane) {
  const std::pair<bool, std::string> key{tls.insecure, tls.ca_file};
  auto sender = senders_.find(key);
  if (sender == senders_.end()) {
    sender = senders_.emplace(key, std::make_unique<One>(loop_, clock_, observer_, tls)).first;
  }
  sender->second->scheduler.submit(std::move(lane));
}

DeliveryResult Senders::drain() {
  DeliveryResult sum;
  std::exception_ptr error;
  for (auto& [tls, sender] : senders_) {
    try {
      add(sum, sender->scheduler.drain());
    } catch (...) {  // the others have to end, too
      error = std::current_exception();
    }
  }
  if (error) std::rethrow_exception(error);
  return sum;
}

}  // namespace slotflow
