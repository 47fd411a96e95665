// The receiver that listen runs: verifies requests, decides the responses, and counts.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/fault_plan.h"
#include "domain/own_command.h"
#include "domain/received.h"
#include "http/server.h"
#include "net/clock.h"
#include "receive/forwarder.h"
#include "receive/per_second.h"
#include "receive/secret_source.h"
#include "receive/tally.h"
#include "system/interrupt.h"

namespace slotflow {

struct ReceiverOptions {
  http::ServerOptions server;
  std::optional<std::string> path;    // other paths get 404
  std::optional<std::string> health;  // GET and HEAD get 200 here, and are not counted
  bool cors = false;                  // let pages of every origin send requests
  FaultPlan plan;
  bool script_per_booking = false;             // each booking has its own position in the script
  std::string body = "{\"received\":true}\n";  // of responses that do not fail
  std::vector<Header> headers;                 // of every response to a valid HTTP request
  bool require_signature = false;              // return 401 if it is not valid
  Duration tolerance = kSignatureTolerance;
  std::optional<ForwardOptions> forward;  // return the response of a handler
  bool fail_before_forwarding = false;    // do not forward requests that fail or have a fault
  std::optional<std::uint64_t> expect;    // finish after this many distinct accepted events
  std::optional<std::uint64_t> count;     // finish after this many requests
  OwnCommand own_command;                 // makes the commands that reports name
};

// A delivery is a POST to the path. Only deliveries count for the fault plan, so that a stray GET
// does not change its decisions. Not thread-safe: use it on the loop's thread only.
class Receiver {
 public:
  // Receives each request when its response has ended. Must not block the loop.
  using Report = std::function<void(ReceivedRequest)>;

  // Binds, but does not accept connections before start(). `loop`, `secrets` and `clock` must
  // outlive this object. Throws Error{io_error}.
  Receiver(EventLoop& loop, ReceiverOptions options, SecretSource& secrets, Clock& clock,
           Report report);

  int port() const { return server_.port(); }
  std::string url() const;
  void start() { server_.start(); }
  // Stops the server. Returns when all requests have been reported.
  asio::awaitable<void> stop();

  // Triggered when `expect` or `count` is reached.
  const Interrupt& finished() const { return finished_; }
  bool expectation_met() const { return tally_.expectation_met(); }
  const ReceiverSummary& summary() const { return tally_.summary(); }

  // Receives each request that has to wait for its response, as far as it is known. Must not block
  // the loop. Set it before start().
  std::function<void(const ReceivedRequest&)> on_arrival;
  // As http::Server::on_shortage.
  void on_shortage(std::function<void(const std::string& reason)> tell) {
    server_.on_shortage = std::move(tell);
  }
  // As http::Server::on_failed_handshake.
  void on_failed_handshake(std::function<void(const Failure& failure)> tell) {
    server_.on_failed_handshake = std::move(tell);
  }

 private:
  asio::awaitable<http::OutgoingResponse> handle(http::IncomingRequest request);
  void judge(http::IncomingRequest& request, ReceivedRequest& received);
  void compare_verdicts(ReceivedRequest& received);
  std::optional<http::OutgoingResponse> side_response(const http::IncomingRequest& request) const;
  http::OutgoingResponse reject(std::shared_ptr<ReceivedRequest> received);
  std::optional<http::OutgoingResponse> refusal(const ReceivedRequest& received) const;
  http::OutgoingResponse own_response(const ResponseDecision& decision) const;
  http::OutgoingResponse with_own_headers(http::OutgoingResponse response) const;
  asio::awaitable<http::OutgoingResponse> forwarded_response(http::IncomingRequest& request,
                                                             ReceivedRequest& received,
                                                             const ResponseDecision& decision);
  void ended(ReceivedRequest& received, Ending ending, int status, const http::Ending& how);
  void count(const Ending& ending);

  ReceiverOptions options_;
  SecretSource& secrets_;
  Clock& clock_;
  Interrupt finished_;
  std::optional<Forwarder> forwarder_;
  Tally tally_;
  Report report_;
  std::string own_url_;  // without its scheme
  PerSecond diagnoses_{kMaxDiagnosedPerSecond};
  std::optional<std::uint64_t> first_disagreement_;  // with the handler: number of the request
  http::Server server_;                              // last: its coroutines use the other members
};

}  // namespace slotflow
