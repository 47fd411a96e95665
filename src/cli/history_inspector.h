// The inspector over the history of deliveries, of `serve` and `deliveries ui`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/history_recorder.h"
#include "cli/rebuilt_delivery.h"
#include "cli/ui_options.h"
#include "inspector/history_entries.h"
#include "inspector/inspector.h"

namespace slotflow {

// What it works on. Its functions must be thread-safe.
struct InspectedHistory {
  RecorderOptions recorder;        // of what is sent again
  std::function<Unkept()> unkept;  // webhooks and secrets to sign with
};

class HistoryInspector {
 public:
  // Listens; responds from start() on. `context` and `clock` must outlive this object. Throws
  // Error{io_error}, and Error{store_error} if the history cannot be read.
  HistoryInspector(InspectorOptions options, InspectedHistory history, Context& context,
                   Clock& clock);

  std::string url() const { return inspector_.url(); }
  void start() { inspector_.start(); }
  int ended_fd() const { return inspector_.ended_fd(); }
  void stop() { inspector_.stop(); }

 private:
  // Sends a delivery again, as a new one with a single attempt, which is kept in the history.
  ResentEntry resend(const EntryContent& content, const ResendWish& wish,
                     const Interrupt& interrupt) const;
  InspectorActions actions();
  LockWait wait() const;

  InspectedHistory history_;
  Context& context_;
  Clock& clock_;
  HistoryEntries entries_;
  Inspector inspector_;
};

}  // namespace slotflow
