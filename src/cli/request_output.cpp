#include "cli/request_output.h"

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
    broken_ = false;
  }
  const std::size_t shown = show_in_form(requests);
  check_stream();
  return shown;
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

// close() reports a reader that was given up.
void RequestOutput::check_stream() {
  if (broken_ || stream_.good() || (file_ != nullptr && file_->gave_up())) return;
  broken_ = true;
  if (!names_.broken.empty()) warnings_.add(names_.broken);
}

void RequestOutput::close(Duration patience) {
  queue_.close(patience);
  const std::uint64_t missing = queue_.not_shown();
  if (missing == 0 || broken_) return;
  const bool gave_up = file_ != nullptr && file_->gave_up() && !file_->was_slow();
  warnings_.add(counted(missing, "request was", "requests were") + " not " + names_.shown + ": " +
                (gave_up ? "nobody reads " + names_.name : names_.name + " was read too slowly"));
}

void RequestOutput::summary(ReceiverSummary summary) {
  if (!broken_) summary.not_shown = queue_.not_shown();
  output_.show(summary);
  check_stream();
}

}  // namespace slotflow
