// Deliveries for the scheduler of a test, and their results.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "send/scheduler.h"
#include "support/fake_clock.h"
#include "support/fake_sender.h"
#include "support/recorder.h"

namespace slotflow::test {

inline Delivery delivery_to(const std::string& path, const std::string& id = "") {
  Delivery delivery;
  delivery.id = id.empty() ? path : id;
  delivery.event = "booking.confirmed";
  delivery.request.url = parse_url("--to", "http://endpoint.test/" + path);
  delivery.request.body = "{\"id\":\"" + delivery.id + "\"}";
  return delivery;
}

struct Recorded {
  DeliveryResult result;
  std::vector<Attempt> attempts;
};

inline Recorded run(FakeSender& sender, Clock& clock, std::vector<Lane> lanes,
                    SchedulerOptions options) {
  const Interrupt never;
  EventLoop loop(never);
  Recorder recorder;
  Scheduler scheduler(loop, sender, clock, std::move(options), recorder);
  for (Lane& lane : lanes) scheduler.submit(std::move(lane));
  Recorded recorded;
  recorded.result = scheduler.drain();
  recorded.attempts = recorder.attempts;
  return recorded;
}

inline Recorded run(FakeSender& sender, Clock& clock, std::vector<Lane> lanes,
                    const RetryPolicy& policy = {}) {
  SchedulerOptions options;
  options.terms.retry = policy;
  return run(sender, clock, std::move(lanes), std::move(options));
}

inline std::string line(const Attempt& attempt) {
  return std::to_string(attempt.number) + "/" + std::to_string(attempt.max_attempts) + " " +
         std::string(to_string(attempt.outcome)) +
         (attempt.next_attempt_in ? " next in " + to_string(*attempt.next_attempt_in) : "");
}

inline std::string counts(const DeliverySummary& s) {
  return std::to_string(s.deliveries) + " deliveries, " + std::to_string(s.delivered) +
         " delivered, " + std::to_string(s.failed) + " failed, " + std::to_string(s.unfinished) +
         " unfinished, " + std::to_string(s.attempts) + " attempts";
}

}  // namespace slotflow::test
