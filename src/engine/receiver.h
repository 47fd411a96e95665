// The throwaway endpoint: judges what arrives, decides the answer, and counts.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "domain/fault_plan.h"
#include "domain/received.h"
#include "engine/clock.h"
#include "engine/http_server.h"
#include "engine/secret_source.h"
#include "engine/seen_events.h"

namespace slotflow {

struct ReceiverOptions {
  HttpServerOptions server;
  std::optional<std::string> path;  // others get 404
  FaultPlan plan;
  std::string body = "{\"received\":true}\n";  // of answers that do not fail
  std::vector<Header> headers;                 // of every answer to a delivery
  bool require_signature = false;              // answer 401 to any that is not valid
  Duration tolerance = kSignatureTolerance;
  std::optional<std::uint64_t> expect;  // finished after so many distinct events were accepted
  std::optional<std::uint64_t> count;   // finished after so many requests
};

// A delivery is a POST to the path; only deliveries use up the fault plan's decisions, so that a
// stray GET does not shift them.
class Receiver {
 public:
  // Binds, but accepts nothing before start(). `report` is called for one request at a time, in
  // the order of their numbers, when the answer has been decided. All must outlive it.
  Receiver(ReceiverOptions options, SecretSource& secrets, Clock& clock,
           std::function<void(const ReceivedRequest&)> report);

  int port() const { return server_.port(); }
  std::string url() const;
  void start() { server_.start(); }
  void stop() { server_.stop(); }

  // Triggered once `expect` or `count` is reached.
  const Interrupt& finished() const { return finished_; }
  bool expectation_met() const;
  std::uint64_t distinct_accepted() const;
  ReceiverSummary summary() const;

 private:
  HttpAnswer handle(const HttpRequest& request);
  void judge(const HttpRequest& request, ReceivedRequest& received) const;
  HttpAnswer decide_answer(ReceivedRequest& received);
  bool is_my_path(const std::string& target) const;
  void note_event(ReceivedRequest& received, const std::string& key, bool success);
  void answered(bool accepted, bool bad_signature, const std::string& key, bool duplicate);

  ReceiverOptions options_;
  SecretSource& secrets_;
  Clock& clock_;
  std::function<void(const ReceivedRequest&)> report_;
  Interrupt finished_;

  mutable std::mutex mutex_;
  std::uint64_t arrived_ = 0;     // guarded by mutex_, as are all below
  std::uint64_t deliveries_ = 0;  // that used up a decision
  std::uint64_t distinct_accepted_ = 0;
  SeenEvents seen_;
  ReceiverSummary summary_;

  HttpServer server_;  // last: its threads use all the others
};

}  // namespace slotflow
