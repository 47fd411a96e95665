#include "cli/request_output.h"

#include <cstring>
#include <utility>
#include <vector>

#include "report/phrases.h"

namespace slotflow {

RequestOutput::RequestOutput(OutputNames names, Output& output, std::ostream& stream,
                             const FdOutput* file, PendingWarnings& warnings)
    : names_(std::move(names)),
      output_(output),
      stream_(stream),
      file_(file),
      warnings_(warnings),
      queue_([this](std::span<const ReceivedRequest> requests) { return show(requests); },
             [this] {
               warnings_.add("requests get their responses, but are no longer " + names_.shown +
                             " until somebody reads " + names_.name);
             }) {}

void RequestOutput::listening(const Listening& listening) {
  output_.show(listening);
  check_stream();
}

std::size_t RequestOutput::show(std::span<const ReceivedRequest> requests) {
  if (renewed_.exchange(false)) {
    stream_.clear();
    if (broken_) missing_then_ = queue_.not_shown();
    broken_ = false;
  }
  if (!ready()) return 0;
  const std::size_t shown = show_in_form(requests);
  check_stream();
  return shown;
}

// Returns whether it makes sense to write. A file is tried again: a full disk may have room now.
bool RequestOutput::ready() {
  if (!broken_ || !prepare_) return true;
  if (!prepare_()) return false;
  stream_.clear();
  return true;
}

std::size_t RequestOutput::show_in_form(std::span<const ReceivedRequest> requests) {
  if (compact_world_ != nullptr) {
    const std::size_t columns = result_columns(*compact_world_);
    std::vector<CompactRequest> lines;
    for (const ReceivedRequest& request : requests) lines.push_back({&request, columns});
    return output_.show_each(std::span<const CompactRequest>(lines));
  }
  if (verbose_) {
    std::vector<VerboseRequest> verbose;
    for (const ReceivedRequest& request : requests) verbose.push_back({&request});
    return output_.show_each(std::span<const VerboseRequest>(verbose));
  }
  return output_.show_each(requests);
}

// close() reports a reader that was given up. The loss of standard output is an error at the end.
void RequestOutput::check_stream() {
  if (file_ != nullptr && file_->gave_up()) return;
  const bool was_broken = std::exchange(broken_, !stream_.good());
  if (names_.path.empty() || broken_ == was_broken) return;
  if (!broken_) {
    missing_then_ = queue_.not_shown();
    return warnings_.add(names_.path + " (--log) is written again");
  }
  const int error = file_ != nullptr ? file_->error() : 0;
  reason_ = error != 0 ? std::strerror(error) : "the write failed";
  warnings_.add("cannot write " + names_.path + " (--log): " + reason_ +
                "; requests are missing there until it can be written");
}

void RequestOutput::close() {
  queue_.close();
  const std::uint64_t missing = queue_.not_shown();
  if (missing == 0 || (broken_ && names_.path.empty())) return;
  std::string reason = reason_;
  const bool by_reader = reason.empty() || (!broken_ && missing > missing_then_);
  if (by_reader) {
    const bool gave_up = file_ != nullptr && file_->gave_up() && !file_->was_slow();
    if (!reason.empty()) reason += ", and later ";
    reason += gave_up ? "nobody reads " + names_.name : names_.name + " was read too slowly";
  }
  warnings_.add(counted(missing, "request was", "requests were") + " not " + names_.shown + ": " +
                reason);
}

void RequestOutput::summary(ReceiverSummary summary) {
  if (!ready()) return;
  if (!broken_ || prepare_) summary.not_shown = queue_.not_shown();
  output_.show(summary);
  check_stream();
}

}  // namespace slotflow
