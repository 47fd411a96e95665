// One output of listen for received requests: standard output, or the file of --log.
#pragma once

#include <atomic>
#include <functional>
#include <ostream>
#include <span>
#include <string>
#include <utility>

#include "cli/context.h"
#include "cli/pending_warnings.h"
#include "receive/report_queue.h"
#include "report/output.h"
#include "report/requests.h"
#include "system/fd_output.h"

namespace slotflow {

// How warnings refer to an output.
struct OutputNames {
  std::string name;   // "standard output"
  std::string shown;  // participle for a request that arrived there: "shown"
  std::string path;   // of a file that is tried again if it cannot be written; or empty
};

class RequestOutput {
 public:
  // `output` writes to `stream`. If `stream` is a descriptor, `file` is its buffer. All arguments
  // must outlive this object.
  RequestOutput(OutputNames names, Output& output, std::ostream& stream, const FdOutput* file,
                PendingWarnings& warnings);
  // `prepare` is called before a file is written again that could not be written, and returns
  // whether it can be now. Call it before push().
  void on_retry(std::function<bool()> prepare) { prepare_ = std::move(prepare); }
  // Shows the response of the handler behind the receiver also if it is 2xx. Call it before push().
  void set_verbose() { verbose_ = true; }
  // Shows each request in one line, which has result_columns() of `world` then. Call it before
  // push().
  void set_compact(const World& world) { compact_world_ = &world; }
  // Writes again, after the file was replaced, even if it could no longer be written.
  void renew() { renewed_ = true; }

  void listening(const Listening& listening);
  // Never blocks. Counts the requests that cannot be shown, and warns about the first one.
  void push(ReceivedRequest request) { queue_.push(std::move(request)); }
  // Shows the requests that are left, unless the reader of the stream is given up, and warns about
  // those that were not shown.
  void close();
  // Must be called after close().
  void summary(ReceiverSummary summary);

 private:
  std::size_t show(std::span<const ReceivedRequest> requests);
  std::size_t show_in_form(std::span<const ReceivedRequest> requests);
  bool ready();
  void check_stream();

  OutputNames names_;
  Output& output_;
  std::ostream& stream_;
  const FdOutput* file_;
  PendingWarnings& warnings_;
  bool verbose_ = false;
  const World* compact_world_ = nullptr;
  std::atomic<bool> renewed_{false};
  std::function<bool()> prepare_;
  bool broken_ = false;
  std::string reason_;              // why it could last not be written
  std::uint64_t missing_then_ = 0;  // requests that were missing when it could be written again
  ReportQueue queue_;               // last: its thread uses all the others
};

}  // namespace slotflow
