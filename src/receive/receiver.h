// The receiver that listen runs: judges what arrives, decides the response, and counts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/fault_plan.h"
#include "domain/received.h"
#include "http/server.h"
#include "net/clock.h"
#include "receive/forwarder.h"
#include "receive/secret_source.h"
#include "receive/tally.h"
#include "system/interrupt.h"

namespace slotflow {

struct ReceiverOptions {
  http::ServerOptions server;
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
// stray GET does not shift them. Not thread-safe: of the loop's thread.
class Receiver {
 public:
  // Takes a request whose response has ended. Must not block: nothing is answered meanwhile.
  using Report = std::function<void(ReceivedRequest)>;

  // Binds, but accepts nothing before start(). `loop`, `secrets` and `clock` must outlive it.
  // Throws Error{io_error}.
  Receiver(EventLoop& loop, ReceiverOptions options, SecretSource& secrets, Clock& clock,
           Report report);

  int port() const { return server_.port(); }
  std::string url() const;
  void start() { server_.start(); }
  // Returns when nothing more will be reported.
  asio::awaitable<void> stop();

  // Triggered once `expect` or `count` is reached.
  const Interrupt& finished() const { return finished_; }
  bool expectation_met() const { return tally_.expectation_met(); }
  std::uint64_t distinct_accepted() const { return tally_.distinct_accepted(); }
  const ReceiverSummary& summary() const { return tally_.summary(); }

  // As http::Server::on_shortage.
  void on_shortage(std::function<void(const std::string& reason)> tell) {
    server_.on_shortage = std::move(tell);
  }

 private:
  asio::awaitable<http::Answer> handle(http::IncomingRequest request);
  void judge(http::IncomingRequest& request, ReceivedRequest& received) const;
  http::Answer reject(std::shared_ptr<ReceivedRequest> received);
  std::optional<http::Answer> refusal(const ReceivedRequest& received) const;
  http::Answer own_answer(const AnswerDecision& decision) const;
  asio::awaitable<http::Answer> forwarded_answer(http::IncomingRequest& request,
                                                 ReceivedRequest& received,
                                                 const AnswerDecision& decision);
  void ended(ReceivedRequest& received, Ending ending, int status, const http::Ending& how);
  void count(const Ending& ending);

  ReceiverOptions options_;
  SecretSource& secrets_;
  Clock& clock_;
  Interrupt finished_;
  std::optional<Forwarder> forwarder_;
  Tally tally_;
  Report report_;
  http::Server server_;  // last: its coroutines use all the others
};

}  // namespace slotflow
