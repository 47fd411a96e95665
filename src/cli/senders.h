// Makes deliveries that verify certificates in different ways.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "domain/tls_options.h"
#include "net/clock.h"
#include "net/event_loop.h"
#include "send/client.h"
#include "send/scheduler.h"

namespace slotflow {

// A client has one way to verify certificates, so that there is one for each way, with a scheduler
// of its own. Each delivery must have terms. All arguments must outlive this object. Not
// thread-safe.
class Senders {
 public:
  Senders(EventLoop& loop, Clock& clock, DeliveryObserver& observer);

  // Adds a lane. Throws what Client() throws.
  void submit(const TlsOptions& tls, Lane lane);
  // Runs the loop until all deliveries are settled or abandoned. Throws what Scheduler::drain()
  // throws.
  DeliveryResult drain();

 private:
  struct One {
    One(EventLoop& loop, Clock& clock, DeliveryObserver& observer, const TlsOptions& tls);
    Client client;
    Scheduler scheduler;
  };

  EventLoop& loop_;
  Clock& clock_;
  DeliveryObserver& observer_;
  std::map<std::pair<bool, std::string>, std::unique_ptr<One>> senders_;
};

}  // namespace slotflow
