// The throwaway endpoint: judges what arrives, decides the answer, and counts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/fault_plan.h"
#include "domain/received.h"
#include "engine/clock.h"
#include "engine/forwarder.h"
#include "engine/http_server.h"
#include "engine/secret_source.h"
#include "receive/tally.h"

namespace slotflow {

struct ReceiverOptions {
  HttpServerOptions server;
  std::optional<std::string> path;  // others get 404
  FaultPlan plan;
  bool script_per_booking = false;             // each booking walks the plan's script by itself
  std::string body = "{\"received\":true}\n";  // of answers that do not fail
  std::vector<Header> headers;                 // of every answer to a delivery
  bool require_signature = false;              // answer 401 to any that is not valid
  Duration tolerance = kSignatureTolerance;
  std::optional<ForwardOptions> forward;  // ask a handler, and answer what it answers
  bool fail_before_forwarding = false;    // what fails or has a fault never reaches the handler
  std::optional<std::uint64_t> expect;    // finished after so many distinct events were accepted
  std::optional<std::uint64_t> count;     // finished after so many requests
};

// A delivery is a POST to the path; only deliveries use up the fault plan's decisions, so that a
// stray GET does not shift them.
class Receiver {
 public:
  // Takes a request whose answer has been decided. Called for one at a time, in the order of their
  // numbers (of their answers, where they are forwarded). Must not block: nothing is answered
  // meanwhile.
  using Report = std::function<void(ReceivedRequest)>;

  // Binds, but accepts nothing before start(). All must outlive it. Throws Error{io_error}.
  Receiver(ReceiverOptions options, SecretSource& secrets, Clock& clock, Report report);

  int port() const { return server_.port(); }
  std::string url() const;
  void start() { server_.start(); }
  // Returns when nothing more will be reported.
  void stop();

  // Triggered once `expect` or `count` is reached.
  const Interrupt& finished() const { return finished_; }
  bool expectation_met() const;
  std::uint64_t distinct_accepted() const;
  ReceiverSummary summary() const;

 private:
  HttpAnswer handle(HttpRequest& request);
  void judge(HttpRequest& request, ReceivedRequest& received) const;
  std::optional<HttpAnswer> refusal(const ReceivedRequest& received) const;
  HttpAnswer own_answer(const AnswerDecision& decision) const;
  HttpAnswer forwarded_answer(HttpRequest& request, ReceivedRequest& received,
                              const AnswerDecision& decision);
  void ended(const Ending& ending);

  ReceiverOptions options_;
  SecretSource& secrets_;
  Clock& clock_;
  Interrupt finished_;
  Interrupt stopping_;
  std::optional<Forwarder> forwarder_;

  mutable std::mutex mutex_;
  Tally tally_;  // guarded by mutex_

  Report report_;
  HttpServer server_;  // last: its threads use all the others
};

}  // namespace slotflow
