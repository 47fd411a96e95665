// The lines that serve prints, so that no call and no delivery waits for the output.
#pragma once

#include <cstdint>
#include <mutex>
#include <variant>

#include "cli/pending_warnings.h"
#include "domain/api_call.h"
#include "domain/delivery.h"
#include "receive/report_queue.h"
#include "report/output.h"
#include "send/scheduler.h"

namespace slotflow {

using ServeLine = std::variant<ApiCall, Attempt>;

// For ItemQueue and Output.
std::size_t memory_of(const ServeLine& line);
std::string text_of(const ServeLine& line, const Style& style);
std::string json_of(const ServeLine& line);

// Shows calls and attempts in the order in which they end.
class ServeOutput : public DeliveryObserver {
 public:
  // All arguments must outlive this object.
  ServeOutput(Context& context, PendingWarnings& warnings);

  // Both never block, and are thread-safe. They count the lines that cannot be shown, and warn
  // about the first.
  void called(const ApiCall& call) { queue_.push(call); }
  void attempted(const Attempt& attempt) override;

  // Shows the lines that are left, unless the reader of the output is given up, and warns about
  // those that were not shown.
  void close();
  std::uint64_t not_shown() const { return queue_.not_shown(); }
  // Counts the attempts, and the deliveries that they have ended.
  DeliverySummary deliveries() const;

 private:
  Context& context_;
  PendingWarnings& warnings_;
  mutable std::mutex mutex_;
  DeliverySummary deliveries_;  // guarded by mutex_
  ItemQueue<ServeLine> queue_;  // last: its thread uses the others
};

}  // namespace slotflow
