// One of the places where listen shows what it has received: standard output, or the file of --log.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <utility>

#include "cli/context.h"
#include "cli/pending_warnings.h"
#include "receive/report_queue.h"
#include "report/output.h"
#include "report/requests.h"
#include "system/fd_output.h"

namespace slotflow {

// What people are told of an output.
struct OutputNames {
  std::string name;    // "standard output"
  std::string shown;   // what is missing was not ...: "shown"
  std::string broken;  // said once when it cannot be written any more; empty: nothing is said
};

class RequestOutput {
 public:
  // `output` writes to `stream`, which is that of `file`, where it is a descriptor. All must
  // outlive it.
  RequestOutput(OutputNames names, Output& output, const std::ostream& stream, const FdOutput* file,
                PendingWarnings& warnings);

  void listening(const Listening& listening);
  // Never blocks. What cannot be shown is counted, and told by a warning when it is the first.
  void push(ReceivedRequest request) { queue_.push(std::move(request)); }
  // Shows no more than can be shown within `patience`, and warns of what could not.
  void close(Duration patience);
  // To be called after close().
  void summary(ReceiverSummary summary);

 private:
  std::size_t show(std::span<const ReceivedRequest> requests);
  void check_stream();

  OutputNames names_;
  Output& output_;
  const std::ostream& stream_;
  const FdOutput* file_;
  PendingWarnings& warnings_;
  bool broken_ = false;
  ReportQueue queue_;  // last: its thread uses all the others
};

}  // namespace slotflow
