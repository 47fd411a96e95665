// Everything a command may show: commands hand over values, a reporter decides how they look.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/check_report.h"
#include "domain/delivery.h"
#include "domain/json.h"
#include "domain/received.h"
#include "domain/webhook.h"

namespace slotflow {

struct PlanUsage {
  Plan plan = Plan::free;
  std::size_t used = 0;
};

struct WebhookListing {
  std::vector<Webhook> webhooks;
  bool show_secrets = false;
};

// What fire is about to send, shown once before the first attempt.
struct FireAnnouncement {
  std::string event;
  std::optional<Json> payload;  // none when the bytes given are no JSON
  std::size_t deliveries = 0;
  std::vector<std::string> endpoints;
  std::vector<Duration> retry_delays;  // as they will be
  double speed = 1;                    // by which they are shorter than they should be
};

// What fire would send to one endpoint, as it would be on the wire.
struct RequestPreview {
  std::string url;
  std::string method;
  std::string target;
  std::vector<Header> headers;
  std::string body;
  std::optional<std::string> curl;  // the command that is asked for instead
};

struct Listening {
  std::string url;  // http://127.0.0.1:4242/
  int port = 0;
};

// Implementations may be called from several threads at once: each call is shown whole, and is
// flushed before it returns. None throws when its stream is closed.
class Reporter {
 public:
  virtual ~Reporter() = default;

  virtual void registered(const Webhook& webhook) = 0;  // the one place a secret is shown unasked
  virtual void listed(const WebhookListing& listing) = 0;
  virtual void deleted(const Webhook& webhook) = 0;
  virtual void plan(const PlanUsage& usage) = 0;

  virtual void previewed(const RequestPreview& preview) = 0;
  virtual void firing(const FireAnnouncement& announcement) = 0;
  virtual void attempt(const Attempt& attempt) = 0;
  virtual void delivery_summary(const DeliverySummary& summary) = 0;

  virtual void listening(const Listening& listening) = 0;
  // Returns how many of them were shown, when not all could be written.
  virtual std::size_t requests(std::span<const ReceivedRequest> requests) = 0;
  void request(const ReceivedRequest& request) { requests({&request, 1}); }
  virtual void receiver_summary(const ReceiverSummary& summary) = 0;

  // verify: `diagnosis` is the known mistake that explains a bad signature, if one does.
  virtual void verified(const SignatureCheck& check,
                        const std::optional<std::string>& diagnosis) = 0;
  // check: each check as it has been run, and at the end all of them.
  virtual void checked(const CheckReport& report) = 0;
  virtual void check_summary(const CheckSummary& summary, std::span<const CheckReport> reports) = 0;
  virtual void check_catalogue(std::span<const CheckInfo> checks) = 0;
  virtual void check_explained(const CheckInfo& check) = 0;

  // sign: the value of the header.
  virtual void signed_header(const std::string& value) = 0;
};

}  // namespace slotflow
