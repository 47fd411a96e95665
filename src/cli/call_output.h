// The lines that serve prints for the calls of its API, so that no call waits for the output.
#pragma once

#include <cstdint>

#include "api/recent_calls.h"
#include "cli/pending_warnings.h"
#include "receive/report_queue.h"
#include "report/output.h"

namespace slotflow {

class CallOutput {
 public:
  // All arguments must outlive this object.
  CallOutput(Context& context, PendingWarnings& warnings);

  // Never blocks. Thread-safe. Counts the calls that cannot be shown, and warns about the first.
  void push(const ApiCall& call) { queue_.push(call); }
  // Shows the calls that are left, unless the reader of the output is given up, and warns about
  // those that were not shown.
  void close();
  std::uint64_t not_shown() const { return queue_.not_shown(); }

 private:
  Context& context_;
  PendingWarnings& warnings_;
  ItemQueue<ApiCall> queue_;  // last: its thread uses the others
};

}  // namespace slotflow
