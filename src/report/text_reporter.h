// Results for people.
#pragma once

#include <ostream>

#include "report/line_writer.h"
#include "report/reporter.h"
#include "report/style.h"

namespace slotflow {

class TextReporter : public Reporter {
 public:
  // `out` must outlive the reporter, and nobody else may write to it at the same time.
  TextReporter(std::ostream& out, Style style) : writer_(out), style_(style) {}

  void registered(const Webhook& webhook) override;
  void listed(const WebhookListing& listing) override;
  void deleted(const Webhook& webhook) override;
  void plan(const PlanUsage& usage) override;

  void previewed(const RequestPreview& preview) override;
  void firing(const FireAnnouncement& announcement) override;
  void attempt(const Attempt& attempt) override;
  void delivery_summary(const DeliverySummary& summary) override;

  void listening(const Listening& listening) override;
  std::size_t requests(std::span<const ReceivedRequest> requests) override;
  void receiver_summary(const ReceiverSummary& summary) override;

  void verified(const SignatureCheck& check, const std::optional<std::string>& diagnosis) override;
  void checked(const CheckReport& report) override;
  void check_summary(const CheckSummary& summary, std::span<const CheckReport> reports) override;
  void check_catalogue(std::span<const CheckInfo> checks) override;
  void check_explained(const CheckInfo& check) override;
  void signed_header(const std::string& value) override;

 private:
  LineWriter writer_;
  Style style_;
};

}  // namespace slotflow
